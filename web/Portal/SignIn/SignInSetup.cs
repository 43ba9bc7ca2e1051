using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Ips.Portal.SignIn;

/// <summary>Signing in at the issuer by authorization code with PKCE. Tokens stay on the server; the cookie holds the key of the session.</summary>
internal static class SignInSetup
{
    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        var settings = SignInSettings.Read(builder.Configuration);
        var development = builder.Environment.IsDevelopment();
        var secure = development ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        // The prefix makes browsers refuse the cookie without HTTPS or from another host.
        var prefix = development ? "" : "__Host-";

        builder.AddKeys();
        builder.Services.AddDistributedMemoryCache();
        builder.Services.AddSingleton<ITicketStore, SessionStore>();
        builder.Services.AddAuthentication(schemes =>
        {
            schemes.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            schemes.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
        }).AddCookie(cookie => ConfigureCookie(cookie, prefix, secure)).AddOpenIdConnect(oidc => ConfigureOidc(oidc, settings, secure));
        builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<ITicketStore>((cookie, store) => cookie.SessionStore = store);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAntiforgery(antiforgery => (antiforgery.Cookie.Name, antiforgery.Cookie.SecurePolicy) = ($"{prefix}ips-portal-form", secure));
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie, string prefix, CookieSecurePolicy secure)
    {
        cookie.Cookie.Name = $"{prefix}ips-portal";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SecurePolicy = secure;
        // Strict would drop the cookie on the way back from the issuer.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.SlidingExpiration = false;
    }

    private static void ConfigureOidc(OpenIdConnectOptions oidc, SignInSettings settings, CookieSecurePolicy secure)
    {
        (oidc.Authority, oidc.ClientId, oidc.ClientSecret) = (settings.Authority, settings.ClientId, settings.ClientSecret);
        oidc.RequireHttpsMetadata = settings.RequireHttps;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        // A posted response would need cookies with SameSite=None, which browsers accept over HTTPS only.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.SaveTokens = true;
        oidc.MapInboundClaims = false;
        oidc.TokenValidationParameters.NameClaimType = "name";
        oidc.TokenValidationParameters.RoleClaimType = "role";
        oidc.SignedOutRedirectUri = SignInEndpoints.SignedOut;
        oidc.Scope.Clear();
        foreach (var scope in settings.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            oidc.Scope.Add(scope);
        foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, secure);
        oidc.Events = new()
        {
            OnRedirectToIdentityProvider = context => AddFields(context.ProtocolMessage, settings.Request),
            OnAuthorizationCodeReceived = context => AddFields(context.TokenEndpointRequest!, settings.Request),
            OnTicketReceived = EndWithToken,
            OnRemoteFailure = ExplainFailure,
        };
    }

    private static Task AddFields(OpenIdConnectMessage message, IReadOnlyDictionary<string, string> fields)
    {
        foreach (var (name, value) in fields)
            message.SetParameter(name, value);
        return Task.CompletedTask;
    }

    // A session that outlives its access token could show nothing; afterwards the portal returns to the issuer, which needs no click while its session lasts.
    private static Task EndWithToken(TicketReceivedContext context)
    {
        if (context.Properties is { } session && session.GetTokenValue("expires_at") is { } end)
            session.ExpiresUtc = DateTimeOffset.Parse(end, CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static Task ExplainFailure(RemoteFailureContext context)
    {
        SignInLog.Failed(context.HttpContext.RequestServices.GetRequiredService<ILogger<SignInSettings>>(), context.Failure);
        context.Response.Redirect(SignInEndpoints.Failed);
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static void AddKeys(this WebApplicationBuilder builder)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("ips-portal");
        if (builder.Configuration["DataProtection:Directory"] is { Length: > 0 } directory)
            keys.PersistKeysToFileSystem(new(directory));
        else if (!builder.Environment.IsDevelopment())
            throw new InvalidOperationException(
                "DataProtection:Directory is missing; set it to a directory that outlives the process and that all replicas share.");
    }
}

/// <summary>Log lines of signing in.</summary>
internal static partial class SignInLog
{
    /// <summary>The issuer refused, or the answer did not fit the request.</summary>
    [LoggerMessage(2001, LogLevel.Warning, "Signing in did not finish")]
    public static partial void Failed(ILogger log, Exception? failure);
}
