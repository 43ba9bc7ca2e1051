using Hl7.Fhir.Model;

namespace Ips.Eligibility.Fhir;

/// <summary>What the endpoint offers, and how a client gets a token for it.</summary>
internal static class FhirCapability
{
    private const string Submit = "http://hl7.org/fhir/us/davinci-pas/OperationDefinition/Claim-submit";
    private const string Package = "http://hl7.org/fhir/us/davinci-dtr/OperationDefinition/questionnaire-package";
    private const string Inquire = "http://hl7.org/fhir/us/davinci-pas/OperationDefinition/Claim-inquiry";

    /// <summary>The CapabilityStatement of this address.</summary>
    public static CapabilityStatement Of(string address) => new()
    {
        Url = $"{address}/metadata",
        Name = "IpsPriorAuthorization",
        Title = "Prior authorization of Individual Placement and Support",
        Status = PublicationStatus.Active,
        Date = "2026-11-29",
        Publisher = "IPS Platform",
        Description = "Requests, updates, cancellations and inquiries of prior authorizations by Da Vinci PAS 2.2.1. One endpoint handles every coverage.",
        Kind = CapabilityStatementKind.Instance,
        Implementation = new() { Description = "IPS Platform", Url = address },
        Software = new() { Name = "IPS Platform" },
        FhirVersion = FHIRVersion.N4_0_1,
        Format = ["json", FhirJson.MediaType],
        ImplementationGuide = ["http://hl7.org/fhir/us/davinci-pas/ImplementationGuide/hl7.fhir.us.davinci-pas|" + PasCodes.Version],
        Rest =
        [
            new()
            {
                Mode = CapabilityStatement.RestfulCapabilityMode.Server,
                Documentation = $"A request has at most {FhirJson.MostBytes} bytes. A token's limit of calls is in the RateLimit header.",
                Security = new()
                {
                    Cors = false,
                    Service = [new("http://terminology.hl7.org/CodeSystem/restful-security-service", "SMART-on-FHIR")],
                    Description = $"SMART backend services; see {address}/.well-known/smart-configuration. "
                        + $"$submit needs {FhirScopes.Submit}, $inquire {FhirScopes.Inquire}.",
                },
                Resource =
                [
                    new()
                    {
                        Type = "Claim",
                        SupportedProfile =
                        [
                            PasCodes.Profiles + "profile-claim", PasCodes.Profiles + "profile-claim-update", PasCodes.Profiles + "profile-claim-inquiry",
                        ],
                        Operation = [new() { Name = "submit", Definition = Submit }, new() { Name = "inquire", Definition = Inquire }],
                    },
                    new() { Type = "Questionnaire", Operation = [new() { Name = "questionnaire-package", Definition = Package }] },
                ],
            },
        ],
    };

    /// <summary>The discovery document of SMART backend services.</summary>
    public static object Smart(string issuer, string tokens, string keys) => new
    {
        issuer,
        jwks_uri = keys,
        token_endpoint = tokens,
        grant_types_supported = new[] { "client_credentials" },
        token_endpoint_auth_methods_supported = new[] { "private_key_jwt" },
        token_endpoint_auth_signing_alg_values_supported = new[] { "ES256", "ES384", "RS384" },
        scopes_supported = FhirScopes.All,
        code_challenge_methods_supported = new[] { "S256" },
        capabilities = new[] { "client-confidential-asymmetric", "permission-v2" },
    };
}

/// <summary>What a token must permit (SMART, version 2 of the scopes: c creates, r reads).</summary>
internal static class FhirScopes
{
    /// <summary>To submit.</summary>
    public const string Submit = "system/Claim.c";

    /// <summary>To inquire.</summary>
    public const string Inquire = "system/Claim.r";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Submit, Inquire];

    /// <summary>Whether one of the token's scopes includes the one that is needed: <c>system/*.cruds</c> includes <c>system/Claim.c</c>.</summary>
    public static bool Permit(IEnumerable<string> scopes, string needed)
    {
        var permission = needed[^1];
        return scopes.SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Any(scope =>
            scope.Split('/', '.') is ["system", "Claim" or "*", var permissions]
                && (permissions == "*" || permissions.Contains(permission, StringComparison.Ordinal)));
    }
}
