using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Ips.SandboxIdentity.Pages;

namespace Ips.SandboxIdentity;

/// <summary>The issuer's own sign-in: a page with the people of the sandbox to click on, and a cookie that remembers the choice.</summary>
internal static class SignInSession
{
    /// <summary>The cookie's authentication scheme.</summary>
    public const string Scheme = "person";

    /// <summary>The sign-in page.</summary>
    public const string Path = "/sign-in";

    /// <summary>Who is signed in at the issuer, if anyone is.</summary>
    public static Person? PersonOf(ClaimsPrincipal user) => People.ById.GetValueOrDefault(user.FindFirstValue("sub") ?? "");

    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAuthentication(Scheme).AddCookie(Scheme, cookie =>
        {
            // Cookies are shared by all ports of a host, so the name contains the application.
            cookie.Cookie.Name = "ips-sandbox-identity";
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = Path;
        });
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "ips-sandbox-identity-form");
    }

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(Path, (string? returnUrl) => new RazorComponentResult<SignIn>(new { ReturnUrl = Local(returnUrl) }));
        app.MapPost(Path, Choose);
    }

    private static async Task<Results<RedirectHttpResult, BadRequest<string>>> Choose(HttpContext http, [FromForm] string? person, [FromForm] string? returnUrl)
    {
        if (People.ById.GetValueOrDefault(person ?? "") is not { } chosen)
            return TypedResults.BadRequest($"person is '{person}'; expected one of {string.Join(", ", People.All.Select(one => one.Id))}.");
        await http.SignInAsync(Scheme, new(new ClaimsIdentity([new Claim("sub", chosen.Id)], Scheme)));
        return TypedResults.LocalRedirect("~" + Local(returnUrl));
    }

    // A path of this site only: a link must not lead from here to another site.
    private static string Local(string? path) =>
        path is ['/', .. var rest] && !rest.StartsWith('/') && !rest.Contains('\\') && !rest.Any(char.IsControl) ? path : Path;
}
