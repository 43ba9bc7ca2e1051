using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Ips.Reporting.Pages;

/// <summary>Marks an endpoint as a page: its token may come from the cookie, and who has none is sent to sign in. The API never reads the cookie.</summary>
public sealed class PageMarker;

/// <summary>Marks where a token is handed in as a form.</summary>
public sealed class SignInMarker;

/// <summary>How people get in: the same tokens and the same roles as on the API, carried by a cookie.</summary>
public static class PageAccess
{
    /// <summary>The cookie: HttpOnly and SameSite=Strict, gone when the browser closes.</summary>
    public const string Cookie = "ips-token";

    /// <summary>Longest token that fits a cookie.</summary>
    public const int LongestToken = 3800;

    /// <summary>Who may see the pages: those who may call GetDashboard.</summary>
    public static string Roles { get; } = string.Join(',', Access.RolesOf(Contracts.Reporting.V1.Dashboards.Descriptor.FindMethodByName("GetDashboard")));

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer => bearer.Events = new JwtBearerEvents { OnMessageReceived = TakeToken });

        // Around the handler that ServiceDefaults registered: only page requests are answered otherwise.
        var inner = builder.Services.Last(s => s.ServiceType == typeof(IAuthorizationMiddlewareResultHandler)).ImplementationType!;
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler>(services => new SignInFirst((IAuthorizationMiddlewareResultHandler)ActivatorUtilities.CreateInstance(services, inner)));
    }

    private static async Task TakeToken(MessageReceivedContext context)
    {
        var http = context.HttpContext;
        var endpoint = http.GetEndpoint()?.Metadata;
        if (endpoint?.GetMetadata<SignInMarker>() is not null)
        {
            if (!Pages.IsOurs(http.Request) || await Pages.Form(http) is not { } form)
                return;
            context.Token = form["token"].ToString().Trim();
        }
        else if (endpoint?.GetMetadata<PageMarker>() is not null && http.Request.Headers.Authorization.Count == 0)
        {
            context.Token = http.Request.Cookies[Cookie];
        }
    }

    private sealed class SignInFirst(IAuthorizationMiddlewareResultHandler inner) : IAuthorizationMiddlewareResultHandler
    {
        public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<PageMarker>() is null)
            {
                await inner.HandleAsync(next, context, policy, authorizeResult);
                return;
            }

            if (authorizeResult.Challenged)
            {
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Redirect("/sign-in?back=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString));
                return;
            }

            await Pages.Write(context, "Not for this role", Html.Of($"<p>The token is valid, but its role is none of {Roles}. Sign out and sign in with another token.</p>"), StatusCodes.Status403Forbidden);
        }
    }
}
