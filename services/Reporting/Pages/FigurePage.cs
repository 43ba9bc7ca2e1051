using System.Globalization;
using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Dashboards;

namespace Ips.Reporting.Pages;

/// <summary>The events behind a number.</summary>
public static class FigurePage
{
    public static Html Of(FigureDefinition figure, Dashboard span, string provider, ListFigureEventsResponse events) => Html.Of($"""
        <p>{figure.Definition}</p>
        <p>{span.Program}, from <time datetime="{span.From}">{span.From}</time> through <time datetime="{span.Through}">{span.Through}</time>. <a href="{Back(span, provider)}">Back to the dashboard</a></p>
        {Events(events)}
        {Html.When(events.NextPageToken.Length > 0, () => Html.Of($"<p><a href=\"{DashboardPage.Address(figure.Name, span.Program, span.From, span.Through, provider)}&amp;page_token={Uri.EscapeDataString(events.NextPageToken)}\">Next events</a></p>"))}
        """);

    private static string Back(Dashboard span, string provider) => DashboardPage.Address("", span.Program, span.From, span.Through, provider);

    private static Html Events(ListFigureEventsResponse events) => events.Events.Count == 0
        ? new Html("<p>No event was counted in these days.</p>")
        : Layout.Table("Events it was counted from, oldest first", [new("Event"), new("Type"), new("About"), new("Sequence", Number: true), new("When, UTC")],
            Html.Each(events.Events, e => Html.Of(
                $"<tr><th scope=\"row\"><code>{e.EventId}</code></th><td>{e.Type}</td><td><code>{e.Subject}</code></td><td class=\"number\">{e.Sequence}</td><td>{e.OccurTime.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}</td></tr>")));
}
