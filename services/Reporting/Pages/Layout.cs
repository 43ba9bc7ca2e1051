using System.Security.Cryptography;
using System.Text;

namespace Ips.Reporting.Pages;

/// <summary>The frame of every page: language, title, skip link, landmarks. No script, nothing loaded from elsewhere.</summary>
public static class Layout
{
    private const string Style = """
        *{box-sizing:border-box}
        body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff}
        header,main,footer{max-width:64rem;margin:0 auto;padding:.75rem 1rem}
        header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;border-bottom:1px solid #595959}
        header p{margin:0;font-weight:700}
        header nav{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;margin-left:auto}
        footer{border-top:1px solid #595959;color:#404040}
        h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
        h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .5rem}
        a{color:#0b4a8f;text-underline-offset:.15em;padding:.25rem 0;display:inline-block}
        :focus-visible{outline:3px solid #0b4a8f;outline-offset:2px}
        .skip{position:absolute;left:-999rem}
        .skip:focus{position:static;display:block;padding:.75rem 1rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        caption{text-align:left;padding:.25rem 0;color:#404040}
        th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #767676;min-width:4.5rem}
        td{overflow-wrap:anywhere}
        th{font-weight:600}
        td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
        form{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:end;margin:.5rem 0}
        header form{margin:0}
        label{display:block;font-weight:600}
        input,select,textarea,button{font:inherit;color:inherit;background:#fff;padding:.4rem .5rem;border:1px solid #595959;border-radius:.25rem;max-width:100%;min-height:2.5rem}
        textarea{width:100%;min-height:8rem}
        .wide{flex-basis:100%}
        button{cursor:pointer;background:#0b4a8f;color:#fff;border-color:#0b4a8f}
        .problem{border:2px solid #8a1f11;padding:.5rem 1rem}
        code{overflow-wrap:anywhere}
        """;

    /// <summary>What the browser may do with the pages: show them with this style and send forms back here.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A whole page.</summary>
    public static Html Page(string title, Html main, bool signedIn) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{title} - IPS reporting</title>
        <style>{new Html(Style)}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to main content</a>
        <header>
        <p>IPS reporting</p>
        {Html.When(signedIn, () => new Html("""<nav aria-label="Main"><a href="/">Dashboard</a><form method="post" action="/sign-out"><button type="submit">Sign out</button></form></nav>"""))}
        </header>
        <main id="main" tabindex="-1">
        <h1>{title}</h1>
        {main}
        </main>
        <footer><p>Every number is counted from events; follow it to see them. No person appears here.</p></footer>
        </body>
        </html>
        """);

    /// <summary>A table that scrolls by itself on a narrow screen, by keyboard too.</summary>
    public static Html Table(string caption, IReadOnlyList<Column> columns, Html rows) => Html.Of($"""
        <div class="scroll" role="region" aria-label="{caption}" tabindex="0">
        <table>
        <caption>{caption}</caption>
        <thead><tr>{Html.Each(columns, c => c.Number ? Html.Of($"<th scope=\"col\" class=\"number\">{c.Title}</th>") : Html.Of($"<th scope=\"col\">{c.Title}</th>"))}</tr></thead>
        <tbody>{rows}</tbody>
        </table>
        </div>
        """);

    /// <summary>A column's title, and whether it holds numbers.</summary>
    public sealed record Column(string Title, bool Number = false);
}
