using System.Globalization;
using Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Pages;

/// <summary>The dashboard as a page: the same answer as the API's, and every number is a link to its events.</summary>
public static class DashboardPage
{
    public static Html Of(Dashboard dashboard, string provider, IReadOnlyList<string> programs, bool providerIsFixed) => Html.Of($"""
        <p>{dashboard.Program}, from <time datetime="{dashboard.From}">{dashboard.From}</time> through <time datetime="{dashboard.Through}">{dashboard.Through}</time>, both included. {Fresh(dashboard)}</p>
        {Filter(dashboard, provider, programs, providerIsFixed)}
        <section aria-labelledby="funnel"><h2 id="funnel">From registration to payment</h2>
        {Layout.Table("People at each step", [new("Step"), new("People", Number: true), new("What is counted")], Html.Each(dashboard.Funnel, f => Html.Of($"<tr><th scope=\"row\">{f.DisplayName}</th><td class=\"number\">{Link(f.Name, f.DisplayName, f.Count, dashboard, provider)}</td><td>{f.Definition}</td></tr>")))}
        </section>
        <section aria-labelledby="milestones"><h2 id="milestones">Milestones and amounts</h2>
        {Milestones(dashboard, provider)}
        </section>
        <section aria-labelledby="deadlines"><h2 id="deadlines">Deadlines ahead</h2>
        {Deadlines(dashboard)}
        </section>
        """);

    /// <summary>The address of a figure's events, with the filters of the dashboard.</summary>
    public static string Address(string figure, string program, string from, string through, string provider) =>
        $"/{figure}?program={Uri.EscapeDataString(program)}&from={Uri.EscapeDataString(from)}&through={Uri.EscapeDataString(through)}"
        + (provider.Length == 0 ? "" : $"&provider={Uri.EscapeDataString(provider)}");

    private static Html Link(string figure, string what, long count, Dashboard dashboard, string provider) =>
        Html.Of($"<a href=\"{Address(figure, dashboard.Program, dashboard.From, dashboard.Through, provider)}\" aria-label=\"{count} {what}: show the events\">{count}</a>");

    private static Html Fresh(Dashboard dashboard) => dashboard.FreshAsOf is { } at
        ? Html.Of($"The latest event counted here arrived <time datetime=\"{Instant(at.ToDateTimeOffset())}\">{at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC</time>.")
        : new Html("No event is counted here yet.");

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static Html Filter(Dashboard dashboard, string provider, IReadOnlyList<string> programs, bool providerIsFixed) => Html.Of($"""
        <form method="get" action="/" aria-label="What to show">
        <div><label for="program">Program</label><select id="program" name="program">{Html.Each(programs, p => p == dashboard.Program ? Html.Of($"<option value=\"{p}\" selected=\"selected\">{p}</option>") : Html.Of($"<option value=\"{p}\">{p}</option>"))}</select></div>
        <div><label for="from">First day</label><input id="from" name="from" type="date" value="{dashboard.From}"/></div>
        <div><label for="through">Last day</label><input id="through" name="through" type="date" value="{dashboard.Through}"/></div>
        {Html.When(!providerIsFixed, () => Html.Of($"<div><label for=\"provider\">Provider, as organizations/code; empty for all</label><input id=\"provider\" name=\"provider\" value=\"{provider}\"/></div>"))}
        <div><button type="submit">Show</button></div>
        </form>
        """);

    private static Html Milestones(Dashboard dashboard, string provider) => dashboard.Milestones.Count == 0
        ? new Html("<p>No milestone was reached or claimed in these days.</p>")
        : Layout.Table("Milestones reached, and what was claimed for them",
            [new("Milestone"), new("Reached", Number: true), new("Units claimed", Number: true), new("Amount claimed", Number: true)],
            Html.Each(dashboard.Milestones, m => Html.Of(
                $"<tr><th scope=\"row\">{m.Number}</th><td class=\"number\">{Link(m.Reached.Name, m.Reached.DisplayName, m.Reached.Count, dashboard, provider)}</td><td class=\"number\">{Claimed(m, $"{m.ClaimedUnits.ToString(CultureInfo.InvariantCulture)} units", dashboard, provider)}</td><td class=\"number\">{Claimed(m, $"{m.ClaimedAmount.CurrencyCode} {m.ClaimedAmount.Amount}", dashboard, provider)}</td></tr>")));

    private static Html Claimed(MilestoneFigure milestone, string amount, Dashboard dashboard, string provider)
    {
        var lines = Dashboards.Figures.Lines(milestone.Number);
        return Html.Of($"<a href=\"{Address(lines.Name, dashboard.Program, dashboard.From, dashboard.Through, provider)}\" aria-label=\"{amount} on claim lines of milestone {milestone.Number}: show the events\">{amount}</a>");
    }

    private static Html Deadlines(Dashboard dashboard) => dashboard.Deadlines.Count == 0
        ? new Html("<p>Nothing is due after the last day shown.</p>")
        : Layout.Table("The next 20 at most, soonest first; acting on the day itself is in time",
            [new("Due"), new("Days left", Number: true), new("What"), new("Rule"), new("About"), new("Provider"), new("Set by event")],
            Html.Each(dashboard.Deadlines, d => Html.Of(
                $"<tr><th scope=\"row\"><time datetime=\"{d.DueOn}\">{d.DueOn}</time></th><td class=\"number\">{d.DaysLeft}</td><td>{d.Kind}</td><td>{d.RuleId}</td><td><code>{d.Subject}</code></td><td>{d.Provider}</td><td><code>{d.EventId}</code></td></tr>")));
}
