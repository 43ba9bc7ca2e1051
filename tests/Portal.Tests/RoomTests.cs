using System.Net;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>What holds for every room of every person: links that open, widths, colours, the keyboard, and what axe finds. Pictures of each are stored.</summary>
[Collection("site")]
public sealed partial class RoomTests(Site site)
{
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "portal")).FullName;

    private static readonly Dictionary<string, string> People = new()
    {
        ["agency"] = "Team lead at Harbor Works",
        ["payer"] = "Reviewer at Alliance",
        ["counselor"] = "Counselor at NC DVRS",
        ["state"] = "Analyst at NC DHHS",
        ["operations"] = "Platform operator",
    };

    [Theory]
    [InlineData("agency")]
    [InlineData("payer")]
    [InlineData("counselor")]
    [InlineData("state")]
    [InlineData("operations")]
    public async Task Every_link_opens_for_who_sees_it(string who)
    {
        await using var visit = await (await site.Visit()).SignIn(People[who]);
        Queue<string> open = new(["/"]);
        HashSet<string> seen = ["/"];
        while (open.TryDequeue(out var path) && seen.Count < 150)
        {
            var answer = await visit.Page.APIRequest.GetAsync(path);
            Assert.True(answer.Status == 200, $"{path} as {who}: {answer.Status}");
            foreach (Match link in Links().Matches(await answer.TextAsync()))
            {
                var target = WebUtility.HtmlDecode(link.Groups["path"].Value);
                if (seen.Add(target))
                    open.Enqueue(target);
            }
        }

        Assert.True(seen.Count > (who == "counselor" ? 2 : 5), $"Only {seen.Count} pages were found.");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_is_accessible_and_fits(string who, string path)
    {
        await using var visit = await (await site.Visit()).SignIn(People[who], Named(path));
        var name = $"{who}{path.Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace('?', '-').Replace('=', '-')}";
        await Accessible(visit, "light");
        foreach (var width in (int[])[1280, 390, 320])
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            Assert.True(await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{path} is wider than {width} pixels.");
            if (width != 320)
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-{width}.png"), FullPage = true });
        }

        await Accessible(visit, "narrow");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Accessible(visit, "dark");
        await visit.Page.SetViewportSizeAsync(1280, 900);
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-dark.png"), FullPage = true });
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ForcedColors = ForcedColors.Active });
        Assert.Equal("active", await visit.Page.EvaluateAsync<string>("matchMedia('(forced-colors: active)').matches ? 'active' : 'none'"));
        await Assertions.Expect(visit.Page.Locator("h1")).ToBeVisibleAsync();
        Assert.Equal(0, await visit.Page.Locator("script").CountAsync());
    }

    [Fact]
    public async Task Page_is_readable_at_twice_the_text_size()
    {
        await using var visit = await (await site.Visit(1280)).SignIn(People["agency"], "/today");
        // 200 % zoom of a window of 1280 pixels is a window of 640 with pixels of twice the size.
        await visit.Page.SetViewportSizeAsync(640, 450);
        Assert.Equal(640, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Today", Exact = true }).IsVisibleAsync());
    }

    [Fact]
    public async Task Decision_is_made_with_the_keyboard_alone()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(People["payer"], $"/{waiting.Name}");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to main content", await visit.Page.EvaluateAsync<string>("document.activeElement.innerText"));
        await visit.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
        for (var tabs = 0; await visit.Page.EvaluateAsync<string>("document.activeElement.name ?? ''") != "outcome"; tabs++)
        {
            Assert.True(tabs < 60, "The answer cannot be reached with the keyboard.");
            await visit.Page.Keyboard.PressAsync("Tab");
        }

        await visit.Page.Keyboard.PressAsync("Space");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your answer is recorded: approved.");
    }

    [Fact]
    public async Task Print_shows_the_numbers_without_menu_and_forms()
    {
        await using var visit = await (await site.Visit()).SignIn(People["state"], "/dashboard");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await visit.Page.Locator("header").IsVisibleAsync());
        Assert.False(await visit.Page.Locator("form").First.IsVisibleAsync());
        Assert.True(await visit.Page.Locator("table").First.IsVisibleAsync());
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "state-print.png"), FullPage = true });
    }

    [Theory]
    [InlineData("agency", "/today")]
    [InlineData("payer", "/authorizations")]
    [InlineData("counselor", "/referrals")]
    public async Task Back_button_shows_nothing_of_a_room_after_sign_out(string who, string path)
    {
        await using var visit = await (await site.Visit()).SignIn(People[who], path);
        Assert.Contains("Sandbox Case One", await visit.Text(), StringComparison.Ordinal);
        await visit.SignOut();
        await visit.Page.GoBackAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Sign in");
        Assert.DoesNotContain("Sandbox Case One", await visit.Text(), StringComparison.Ordinal);
    }

    /// <summary>Every room of every person. A name in braces stands for a resource of the site.</summary>
    public static TheoryData<string, string> Pages() => new()
    {
        { "agency", "/today" }, { "agency", "/due" }, { "agency", "/money" }, { "agency", "/reroutes" }, { "agency", "/{line}" },
        { "agency", "/milestones" }, { "agency", "/{milestone}" }, { "agency", "/caseload" },
        { "agency", "/intake" }, { "agency", "/staff" }, { "agency", "/staff/meetings" }, { "agency", "/staff/training" }, { "agency", "/staff/checks" }, { "agency", "/members" }, { "agency", "/{draft}" },
        { "payer", "/authorizations" }, { "payer", "/{authorization}" }, { "payer", "/appeals" }, { "payer", "/{appeal}" }, { "payer", "/milestones" },
        { "counselor", "/referrals" }, { "counselor", "/{referral}" },
        { "state", "/dashboard" }, { "state", "/teams" }, { "state", "/{team}" }, { "state", "/{team}/score" }, { "state", "/{contested}" },
        { "state", "/policies" }, { "state", "/{release}" },
        { "operations", "/operations" }, { "operations", "/due" },
    };

    private string Named(string path) => path
        .Replace("{line}", site.Billing.Lines.First(one => one.ProposedRoute is not null).Name, StringComparison.Ordinal)
        .Replace("{milestone}", site.Billing.Milestones.Values.First(one => one.State == Contracts.Billing.V1.MilestoneState.UnderReview).Name, StringComparison.Ordinal)
        .Replace("{authorization}", site.Eligibility.Authorizations.Values.First(one => one.State == Contracts.Eligibility.V1.AuthorizationState.UnderReview).Name, StringComparison.Ordinal)
        .Replace("{appeal}", site.Eligibility.Appeals.Values.First(one => one.State == Contracts.Eligibility.V1.AppealState.Filed).Name, StringComparison.Ordinal)
        .Replace("{referral}", site.Eligibility.Referrals.Values.First(one => one.State == Contracts.Eligibility.V1.ReferralState.Referred).Name, StringComparison.Ordinal)
        .Replace("{team}", site.Staffing.Team.Name, StringComparison.Ordinal)
        .Replace("{release}", $"policies/nc-core/{site.Eligibility.Releases[0].Hash}", StringComparison.Ordinal)
        .Replace("{draft}", path.Contains("{draft}", StringComparison.Ordinal) ? site.Fidelity.Reviewed(ReviewState.DraftReceived).Name : "", StringComparison.Ordinal)
        .Replace("{contested}", path.Contains("{contested}", StringComparison.Ordinal) ? site.Fidelity.Reviewed(ReviewState.Contested).Name : "", StringComparison.Ordinal);

    private static async Task Accessible(Visit visit, string how)
    {
        var result = await visit.Page.RunAxe(new AxeRunOptions { Rules = new() { ["target-size"] = new() { Enabled = true } } });
        Assert.Equal([], result.Violations.Select(violation => $"{how}: {violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
    }

    [GeneratedRegex("<a [^>]*href=\"(?<path>/[^\"#]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();
}
