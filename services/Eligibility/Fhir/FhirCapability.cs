using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir.Subscriptions;

namespace Ips.Eligibility.Fhir;

/// <summary>What the endpoint offers, and how a client gets a token for it.</summary>
internal static class FhirCapability
{
    private const string Submit = "http://hl7.org/fhir/us/davinci-pas/OperationDefinition/Claim-submit";
    private const string Package = "http://hl7.org/fhir/us/davinci-dtr/OperationDefinition/questionnaire-package";
    private const string Attach = "http://hl7.org/fhir/us/davinci-cdex/OperationDefinition/submit-attachment";
    private const string Inquire = "http://hl7.org/fhir/us/davinci-pas/OperationDefinition/Claim-inquiry";

    private const string StatusOperation = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status";

    /// <summary>The CapabilityStatement of this address.</summary>
    public static CapabilityStatement Of(string address) => new()
    {
        Url = $"{address}/metadata",
        Name = "IpsPriorAuthorization",
        Title = "Prior authorization of Individual Placement and Support",
        Status = PublicationStatus.Active,
        Date = "2026-11-30",
        Publisher = "IPS Platform",
        Description = "Requests, updates, cancellations and inquiries of prior authorizations by Da Vinci PAS 2.2.1, with subscriptions to changed answers. "
            + "One endpoint handles every coverage.",
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
                        + $"$submit needs {FhirScopes.Submit}, $inquire and reading an answer {FhirScopes.Inquire}, a subscription {FhirScopes.Subscriptions}.",
                },
                Operation = [new() { Name = "submit-attachment", Definition = Attach }],
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
                    new()
                    {
                        Type = "Subscription",
                        Extension = [new(SubscriptionForm.Backport + "capabilitystatement-subscriptiontopic-canonical", new Canonical(SubscriptionForm.Topic))],
                        SupportedProfile = [PasCodes.Profiles + "profile-subscription"],
                        Interaction =
                        [
                            .. new[]
                            {
                                CapabilityStatement.TypeRestfulInteraction.Create, CapabilityStatement.TypeRestfulInteraction.Read,
                                CapabilityStatement.TypeRestfulInteraction.Update, CapabilityStatement.TypeRestfulInteraction.Delete,
                                CapabilityStatement.TypeRestfulInteraction.SearchType,
                            }.Select(code => new CapabilityStatement.ResourceInteractionComponent { Code = code }),
                        ],
                        Versioning = CapabilityStatement.ResourceVersionPolicy.Versioned,
                        Operation = [new() { Name = "status", Definition = StatusOperation }],
                    },
                    new()
                    {
                        Type = "Bundle",
                        Documentation = "The present answer to a Claim, under the address that a notification with ids only has.",
                        Interaction = [new() { Code = CapabilityStatement.TypeRestfulInteraction.Read }],
                    },
                    new()
                    {
                        Type = "DocumentReference",
                        Documentation = "In a Claim's Bundle and in $submit-attachment. Bytes in content.attachment.data are stored (PDF, PNG, JPEG, TIFF); an address is not fetched.",
                    },
                    new()
                    {
                        Type = "Endpoint",
                        Documentation = "The one endpoint for every coverage; open to anyone, without parameters.",
                        Interaction = [new() { Code = CapabilityStatement.TypeRestfulInteraction.SearchType }],
                    },
                    new() { Type = "Questionnaire", Operation = [new() { Name = "questionnaire-package", Definition = Package }] },
                ],
            },
        ],
    };

    /// <summary>The endpoints of the payers here: one for every coverage (conf-2, spec-5).</summary>
    public static Bundle Endpoints(string address) => new()
    {
        Type = Bundle.BundleType.Searchset,
        Total = 1,
        Link = [new() { Relation = "self", Url = $"{address}/Endpoint" }],
        Entry =
        [
            new()
            {
                FullUrl = $"{address}/Endpoint/pas",
                Search = new() { Mode = Bundle.SearchEntryMode.Match },
                Resource = new Hl7.Fhir.Model.Endpoint
                {
                    Id = "pas",
                    Status = Hl7.Fhir.Model.Endpoint.EndpointStatus.Active,
                    ConnectionType = new("http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "hl7-fhir-rest"),
                    Name = "Prior authorization by Da Vinci PAS " + PasCodes.Version,
                    PayloadType = [new() { Text = $"hl7.fhir.us.davinci-pas#{PasCodes.Version}" }],
                    PayloadMimeType = [FhirJson.MediaType],
                    Address = address,
                },
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

    /// <summary>Everything with subscriptions.</summary>
    public const string Subscriptions = "system/Subscription.cruds";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Submit, Inquire, Subscriptions];

    /// <summary>To do one thing with subscriptions: <c>c</c>, <c>r</c>, <c>u</c>, <c>d</c> or <c>s</c>.</summary>
    public static string Subscription(char permission) => $"system/Subscription.{permission}";

    /// <summary>Whether one of the token's scopes includes the one that is needed: <c>system/*.cruds</c> includes <c>system/Claim.c</c>.</summary>
    public static bool Permit(IEnumerable<string> scopes, string needed)
    {
        var (resource, permission) = (needed.Split('/', '.')[1], needed[^1]);
        return scopes.SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Any(scope =>
            scope.Split('/', '.') is ["system", var permitted, var permissions] && (permitted == "*" || permitted == resource)
                && (permissions == "*" || permissions.Contains(permission, StringComparison.Ordinal)));
    }
}
