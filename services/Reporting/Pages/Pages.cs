using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Pages;

/// <summary>The pages of the <c>http</c> endpoint: rendered here, readable without script.</summary>
public static class Pages
{
    public static void MapPages(this WebApplication app)
    {
        var pages = app.MapGroup("").WithMetadata(new PageMarker(), new AuthorizeAttribute { Roles = PageAccess.Roles });
        pages.MapGet("/", ShowDashboard);
        pages.MapGet("/figures/{code}", ShowFigure);
        app.MapGet("/sign-in", (HttpContext http, string? back) => Write(http, "Sign in", SignInPage.Of(null, Local(back)), signedIn: false)).AllowAnonymous();
        app.MapPost("/sign-in", SignIn).AllowAnonymous().WithMetadata(new SignInMarker());
        app.MapPost("/sign-out", SignOut).AllowAnonymous();
    }

    internal static async Task Write(HttpContext http, string title, Html main, int status = StatusCodes.Status200OK, bool signedIn = true)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = Layout.ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        await response.WriteAsync(Layout.Page(title, main, signedIn).ToString(), http.RequestAborted);
    }

    /// <summary>The form of a request; null when it has none or one that cannot be read.</summary>
    internal static async Task<IFormCollection?> Form(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
            return null;
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Whether a form comes from our own page: another site must not sign anybody in or out.</summary>
    internal static bool IsOurs(HttpRequest request) => request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static async Task ShowDashboard(HttpContext http, GetDashboard get, ProgramDays days, ReportingDb db, Caller caller, string? program, string? from, string? through, string? provider)
    {
        program = string.IsNullOrEmpty(program) ? await LatestProgram(db, days, http.RequestAborted) : program;
        var answer = await get.Handle(new() { Program = program, From = from ?? "", Through = through ?? "", Provider = provider ?? "" }, http.RequestAborted);
        await (answer.Is(out var dashboard, out var problem)
            ? Write(http, "Dashboard", DashboardPage.Of(dashboard, provider ?? "", days.Programs, caller.Role == ServiceDefaults.Roles.Provider))
            : Refuse(http, problem));
    }

    private static async Task ShowFigure(HttpContext http, ListFigureEvents list, ProgramDays days, ReportingDb db, string code, string? program, string? from, string? through, string? provider, string? page_token)
    {
        ListFigureEventsRequest request = new()
        {
            Name = $"{FigureDefinition.Collection}/{code}",
            Program = string.IsNullOrEmpty(program) ? await LatestProgram(db, days, http.RequestAborted) : program,
            From = from ?? "",
            Through = through ?? "",
            Provider = provider ?? "",
            PageToken = page_token ?? "",
        };
        RequestValidator fields = new();
        var span = Span.Read(fields, days, request.Program, request.From, request.Through, request.Provider);
        if (fields.Problem is null)
            (request.From, request.Through) = (span.From.Day(), span.Through.Day());
        var answer = await list.Handle(request, http.RequestAborted);
        if (!answer.Is(out var events, out var problem))
        {
            await Refuse(http, problem);
            return;
        }

        var figure = Figures.Find(request.Name)!;
        await Write(http, figure.Title, FigurePage.Of(figure, new() { Program = request.Program, From = request.From, Through = request.Through }, request.Provider, events));
    }

    private static async Task SignIn(HttpContext http)
    {
        var form = IsOurs(http.Request) ? await Form(http) : null;
        var token = form?["token"].ToString().Trim() ?? "";
        var back = Local(form?["back"].ToString());
        if (http.User.Identity?.IsAuthenticated != true || token.Length > PageAccess.LongestToken)
        {
            var why = token.Length > PageAccess.LongestToken
                ? $"The token has more than {PageAccess.LongestToken} characters and does not fit a cookie; ask for one with fewer claims."
                : "The token is missing, has ended, or was not issued for this platform. Get a new one and paste all of it.";
            await Write(http, "Sign in", SignInPage.Of(why, back), StatusCodes.Status400BadRequest, signedIn: false);
            return;
        }

        http.Response.Cookies.Append(PageAccess.Cookie, token, CookieRules(http));
        http.Response.Headers.CacheControl = "no-store";
        SeeOther(http, back);
    }

    private static Task SignOut(HttpContext http)
    {
        if (IsOurs(http.Request))
            http.Response.Cookies.Delete(PageAccess.Cookie, CookieRules(http));
        SeeOther(http, "/sign-in");
        return Task.CompletedTask;
    }

    private static CookieOptions CookieRules(HttpContext http) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", IsEssential = true };

    private static void SeeOther(HttpContext http, string path)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = path;
    }

    /// <summary>A path of this service and of no other: what a link may send people on to.</summary>
    private static string Local(string? path) => path is ['/', .. var rest] && !rest.StartsWith('/') && !rest.Contains('\\') && !rest.Any(char.IsControl) ? path : "/";

    private static async Task<string> LatestProgram(ReportingDb db, ProgramDays days, CancellationToken cancellationToken)
    {
        var latest = await db.Facts.Where(f => f.Program != null).OrderByDescending(f => f.EventId).Select(f => f.Program).FirstOrDefaultAsync(cancellationToken);
        return latest is not null && days.Knows(latest) ? latest : days.Programs[0];
    }

    private static Task Refuse(HttpContext http, Problem problem) => problem switch
    {
        Problem.Invalid wrong => Write(http, "Not a valid question", Html.Of($"<ul>{Html.Each([wrong, .. wrong.Others], w => Html.Of($"<li>{w.Field} {w.Why}.</li>"))}</ul>"), StatusCodes.Status400BadRequest),
        Problem.NotFound => Write(http, "No such figure", new Html("<p>There is no figure of this name; the dashboard links to all there are.</p>"), StatusCodes.Status404NotFound),
        Problem.Forbidden not => Write(http, "Not yours to see", Html.Of($"<p>This was not shown: {not.Why}.</p>"), StatusCodes.Status403Forbidden),
        _ => throw new ProblemException(problem),
    };
}
