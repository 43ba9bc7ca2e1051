using Ips.Contracts.Billing.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Portal.Tests.Scenes;
using Ips.Reporting.Tests;
using Ips.SandboxIdentity.Keys;
using Ips.Testing;
using LocalServers;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>
/// The portal, the issuer and the reporting service on real ports, with the events of one journey; the other services as fakes that refuse whom the contract
/// refuses; and a browser. Once for all tests.
/// </summary>
public sealed class Site : IAsyncLifetime
{
    private static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly FakeService others = new FakeService().Intercept<ContractAccess>();
    private readonly string data = Path.Combine(Path.GetTempPath(), $"ips-portal-{Path.GetRandomFileName()}");
    private WebHost<SandboxIdentity.Pages.SignIn> identity = null!;
    private WebHost<Components.App> portal = null!;
    private ReportingService reporting = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    /// <summary>The fake services besides Reporting, and what they know.</summary>
    public EligibilityScene Eligibility { get; } = new();

    /// <inheritdoc cref="Eligibility"/>
    public BillingScene Billing { get; }

    /// <inheritdoc cref="Eligibility"/>
    public StaffingScene Staffing { get; }

    /// <inheritdoc cref="Eligibility"/>
    public FidelityScene Fidelity { get; }

    /// <summary>The portal's address, ending in a slash.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The events that the numbers are counted from.</summary>
    public Story Story { get; } = new Story(Yesterday, "harbor-works").Journey(new(Guid.CreateVersion7(Yesterday)));

    /// <summary>The settings of the portal, for tests that start another one.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; } = null!;

    public Site()
    {
        (Billing, Staffing) = (new(Eligibility.Person), new(Eligibility.Person));
        Fidelity = new(Staffing.Team.Name);
        Eligibility.Due("service-order-renewal", -2);
        Eligibility.Due("authorization-renewal", 5, "NC-AUTH-006");
        Eligibility.Due("career-profile-update", 200, "NC-DOC-002");
        Eligibility.Waiting();
        Eligibility.Waiting(dueInHours: 20, expedited: true);
        Eligibility.Filed();
        Eligibility.Proposed();
        Eligibility.Sent();
        Eligibility.Referred();
        Billing.Line(ClaimLineState.Refused);
        Billing.Line(ClaimLineState.Attention);
        Billing.Line(ClaimLineState.Ready, daysAgo: 9);
        Billing.Packet(MilestoneState.Collecting);
        Billing.Packet(MilestoneState.UnderReview, number: 4, daysAgo: 6);
        Fidelity.Reviewed(ReviewState.Final);
    }

    public async Task InitializeAsync()
    {
        await Fidelity.On(Staffing.On(Billing.On(Eligibility.On(others)))).Start();
        var port = Ports.Free();
        Dictionary<string, string> settings = new() { ["Data:Directory"] = data, ["Portal:Address"] = $"http://localhost:{port}" };
        identity = WebHost<SandboxIdentity.Pages.SignIn>.Start(0, settings);
        var authority = $"http://localhost:{identity.Address.Port}";
        reporting = new() { Settings = { ["Authentication:Authority"] = authority } };
        await reporting.InitializeAsync();
        Settings = new Dictionary<string, string>
        {
            ["Authentication:Authority"] = authority,
            ["Authentication:ClientId"] = "portal",
            ["Authentication:ClientSecret"] = new SandboxKeys(data).SecretOf("portal"),
            ["DataProtection:Directory"] = Path.Combine(data, "keys", "portal"),
            ["services:reporting:grpc:0"] = reporting.GrpcAddress.ToString(),
            ["services:reporting:http:0"] = reporting.Address.ToString(),
            ["services:billing:http:0"] = "http://localhost:1",
            ["Dashboard:Address"] = "http://localhost:1",
            ["services:eligibility:grpc:0"] = others.Address,
            ["services:billing:grpc:0"] = others.Address,
            ["services:staffing:grpc:0"] = others.Address,
            ["services:fidelity:grpc:0"] = others.Address,
        };
        portal = WebHost<Components.App>.Start(port, Settings);
        Address = new($"http://localhost:{port}/");
        await reporting.Join("alliance", "harbor-works", Story);
        await reporting.Send(Story.Events);
        await Poll.Until(async () => await reporting.Stored(Story.Events) == Story.Events.Count);
        await OpenBrowser();
    }

    public async Task DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await portal.DisposeAsync();
        await others.DisposeAsync();
        await reporting.DisposeAsync();
        await identity.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>A window of its own: no cookie of another test.</summary>
    public async Task<Visit> Visit(int width = 1280) =>
        new(await browser.NewContextAsync(new() { BaseURL = Address.ToString(), ViewportSize = new() { Width = width, Height = 900 } }));

    private async Task OpenBrowser()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = await Chromium.FindOrInstallAsync(),
            // As root Chromium runs without its sandbox only; the pages are ours.
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }
}

/// <summary>One site for all tests.</summary>
[CollectionDefinition("site")]
public sealed class SiteCollection : ICollectionFixture<Site>;
