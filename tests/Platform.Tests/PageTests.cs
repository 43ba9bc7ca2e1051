using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Aspire.Hosting.Testing;
using Ips.Portal.Components;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// What each page of the portal shows to whom: every address that it maps, for every kind of caller, on the running platform, compared with pages.txt. The
/// portal runs in this process with an issuer that signs in anyone; the numbers come from the platform with tokens of its own issuer.
/// </summary>
[Collection("platform")]
public sealed class PageTests(Platform platform) : IAsyncLifetime
{
    private static readonly Dictionary<string, (string Role, string Organization)> Callers = new()
    {
        ["provider"] = ("provider", "harbor-works"),
        ["mco"] = ("mco", "alliance"),
        ["dvrs"] = ("dvrs", "nc-dvrs"),
        ["state"] = ("state", "nc-dhhs"),
        ["ops"] = ("ops", "ips"),
        ["network"] = ("mco", NetworkPayer.Code),
        ["other-provider"] = ("provider", "other-agency"),
        ["other-payer"] = ("mco", "other-payer"),
        ["other-vr"] = ("dvrs", "mo-vr"),
        ["other-state"] = ("state", "la-ldh"),
    };

    private static readonly IReadOnlyList<string[]> Lines =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "pages.txt")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)),
    ];

    private readonly DirectoryInfo keys = Directory.CreateTempSubdirectory("ips-pages-");
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication issuer = null!;
    private WebHost<App> portal = null!;

    public async Task InitializeAsync()
    {
        issuer = await StartIssuer();
        Dictionary<string, string> settings = new()
        {
            ["Authentication:Authority"] = issuer.Urls.Single(),
            ["Authentication:ClientId"] = "portal",
            ["Authentication:ClientSecret"] = "unchecked",
            ["DataProtection:Directory"] = keys.FullName,
        };
        foreach (var service in new[] { "eligibility", "staffing", "fidelity", "billing", "reporting" })
        {
            settings[$"services:{service}:grpc:0"] = platform.Grpc(service).AbsoluteUri;
            settings[$"services:{service}:http:0"] = platform.App.GetEndpoint(service, "http").AbsoluteUri;
        }

        portal = WebHost<App>.Start(0, settings);
    }

    public async Task DisposeAsync()
    {
        await portal.DisposeAsync();
        await issuer.DisposeAsync();
        key.Dispose();
        keys.Delete(recursive: true);
    }

    [Fact]
    public void Every_address_has_an_expectation_for_every_caller_and_every_expectation_an_address()
    {
        var mapped = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Where(path => !path.StartsWith("/_", StringComparison.Ordinal)).Distinct();
        Assert.Equal(mapped.Order(StringComparer.Ordinal), Lines.Select(line => line[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Lines.GroupBy(line => line[1]), page => Assert.Equal(
            Callers.Keys.Append("none").Order(StringComparer.Ordinal), page.SelectMany(line => line[2].Split(' ')).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Every_page_shows_each_caller_what_the_table_says()
    {
        var made = await SandboxCase.Made(platform);
        await NetworkPayer.Join(platform, made);
        await Counted();
        ConcurrentBag<string> wrong = [];
        await Parallel.ForEachAsync(Callers.Keys.Append("none"), async (caller, _) =>
        {
            using var browser = portal.Browser();
            if (caller != "none")
                await SignIn(browser, caller);
            foreach (var line in Lines.Where(line => line[2].Split(' ').Contains(caller)))
            {
                var address = made.Aggregate(line[1], (open, name) => open.Replace($"{{{name.Key}}}", name.Value, StringComparison.Ordinal));
                using var answer = await browser.GetAsync(address);
                var page = await answer.Content.ReadAsStringAsync();
                if ((int)answer.StatusCode != int.Parse(line[3], CultureInfo.InvariantCulture) || !page.Contains(line[4], StringComparison.Ordinal)
                    || (line[5].Length > 0 && page.Contains(line[5], StringComparison.Ordinal)))
                    wrong.Add($"{line[1]} as {caller}: wanted {line[3]} with '{line[4]}' and without '{line[5]}', got {(int)answer.StatusCode} with '{Heading(page)}'");
            }
        });
        Assert.True(wrong.IsEmpty, string.Join(Environment.NewLine, wrong.Order(StringComparer.Ordinal)));
    }

    private static string Heading(string page) => page.Split("<h1>") is [_, var rest, ..] ? rest.Split("</h1>")[0] : "";

    /// <summary>The case's events are on their way to the numbers.</summary>
    private async Task Counted()
    {
        using var reporting = platform.Http("reporting", "provider", "harbor-works");
        await Poll.Until(async () => await reporting.GetStringAsync("/v1/dashboard?program=nc-core") is var shown
            && shown.Contains("2000.00", StringComparison.Ordinal) && shown.Contains("fidelity-review", StringComparison.Ordinal)
            && shown.Contains("\"figures/admitted\"", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
    }

    // The portal sends the browser to the issuer, and takes it back with a code. The code says who signs in.
    private static async Task SignIn(HttpClient browser, string caller)
    {
        using var challenge = await browser.GetAsync("/sign-in");
        var request = QueryHelpers.ParseQuery(challenge.Headers.Location!.Query);
        var back = QueryHelpers.AddQueryString("/signin-oidc", new Dictionary<string, string?>
        {
            ["code"] = $"{caller}~{request["nonce"]}",
            ["state"] = request["state"],
        });
        using var signedIn = await browser.GetAsync(back);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
    }

    private async Task<WebApplication> StartIssuer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        string Address() => app.Urls.Single();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address(),
            jwks_uri = $"{Address()}/keys",
            authorization_endpoint = $"{Address()}/authorize",
            token_endpoint = $"{Address()}/token",
            end_session_endpoint = $"{Address()}/end",
        }));
        app.MapGet("/keys", () =>
        {
            var signing = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new(key));
            return Results.Json(new
            {
                keys = new[] { new { kty = signing.Kty, crv = signing.Crv, x = signing.X, y = signing.Y, use = "sig", alg = "ES256" } },
            });
        });
        app.MapPost("/token", async (HttpContext http) =>
        {
            var code = (await http.Request.ReadFormAsync())["code"].ToString().Split('~');
            var (role, organization) = Callers[code[0]];
            return Results.Json(new
            {
                access_token = platform.Token(role, organization),
                token_type = "Bearer",
                expires_in = 3600,
                id_token = IdToken(Address(), code[1], role, organization),
            });
        });
        await app.StartAsync();
        return app;
    }

    private string IdToken(string address, string nonce, string role, string organization)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = address,
            Audience = "portal",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(1),
            Subject = new ClaimsIdentity([new("sub", $"walk-{role}"), new("nonce", nonce), new("role", role), new("org", organization)]),
            SigningCredentials = new(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
