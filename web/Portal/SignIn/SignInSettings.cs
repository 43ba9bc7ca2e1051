namespace Ips.Portal.SignIn;

/// <summary>Section <c>Authentication</c>: the OpenID Connect issuer, and the portal's registration there.</summary>
internal sealed record SignInSettings(string Authority, string ClientId, string ClientSecret, string Scope, IReadOnlyDictionary<string, string> Request)
{
    /// <summary>Reads the section.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing; all missing ones are named.</exception>
    public static SignInSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Authentication");
        string[] required = ["Authority", "ClientId", "ClientSecret"];
        var missing = required.Where(name => string.IsNullOrEmpty(section[name])).Select(name => $"Authentication:{name}").ToArray();
        if (missing.Length > 0)
            throw new InvalidOperationException($"{string.Join(" and ", missing)} missing; set the OpenID Connect issuer and the portal's client there.");
        var fields = section.GetSection("TokenRequest").GetChildren().ToDictionary(field => field.Key, field => field.Value ?? "", StringComparer.Ordinal);
        // The same setting gives a service the scope of its own calls; a sign-in needs it beside the scopes that name the person.
        var scope = fields.Remove("scope", out var further) ? $"openid profile {further}" : "openid profile";
        return new(section["Authority"]!, section["ClientId"]!, section["ClientSecret"]!, scope, fields);
    }

    /// <summary>Plain HTTP is for a loopback issuer only.</summary>
    public bool RequireHttps => !new Uri(Authority).IsLoopback;
}
