using System.Xml.Linq;
using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Pages;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Nothing that is stored or sent becomes markup.</summary>
public sealed class HtmlTests
{
    private const string Hostile = "<script>alert(\"1\")</script>&'";

    [Fact]
    public void What_stands_in_a_hole_is_escaped_and_markup_is_not()
    {
        Assert.Equal("<p title=\"a&quot;b\">&lt;b&gt;1 &amp; &#39;2&#39;&lt;/b&gt;<i>7</i></p>", Html.Of($"<p title=\"{"a\"b"}\">{"<b>1 & '2'</b>"}{Html.Of($"<i>{7}</i>")}</p>").ToString());
        Assert.Equal("", Html.Of($"{(string?)null}{default(Html)}").ToString());
    }

    [Fact]
    public void A_page_of_hostile_values_stays_well_formed_and_without_script()
    {
        Dashboard dashboard = new() { Program = Hostile, From = Hostile, Through = Hostile };
        dashboard.Funnel.Add(new Figure { Name = Hostile, DisplayName = Hostile, Definition = Hostile, Count = 3 });
        dashboard.Milestones.Add(new MilestoneFigure { Number = 2, Reached = dashboard.Funnel[0], ClaimedUnits = 1, ClaimedAmount = new() { Amount = Hostile, CurrencyCode = Hostile } });
        dashboard.Deadlines.Add(new Deadline { Kind = Hostile, RuleId = Hostile, Subject = Hostile, Provider = Hostile, DueOn = Hostile, EventId = Hostile });
        var page = Layout.Page(Hostile, DashboardPage.Of(dashboard, Hostile, [Hostile, "nc-core"], providerIsFixed: false), signedIn: true).ToString();
        var parsed = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Empty(parsed.Descendants("script"));
        Assert.Contains(Hostile, parsed.Descendants("td").Select(td => td.Value));
        var signIn = Layout.Page("Sign in", SignInPage.Of(Hostile, Hostile), signedIn: false).ToString();
        Assert.Equal(Hostile, XDocument.Parse(signIn[signIn.IndexOf("<html", StringComparison.Ordinal)..]).Descendants("input").Single().Attribute("value")!.Value);
    }
}
