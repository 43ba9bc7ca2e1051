using System.Text.Json.Serialization;

namespace Ips.Policies.Authorizations;

/// <summary>What is known about a request for a first authorization. <see langword="null"/> means not known.</summary>
public sealed record AuthorizationRequestFacts
{
    /// <summary>Kind of request; required.</summary>
    public required RequestKind RequestKind { get; init; }

    /// <summary>First day of IPS; for a Louisiana prior authorization actual or planned.</summary>
    [AnyDay]
    public DateOnly? ServiceInitiationDate { get; init; }

    /// <summary>Day the payer received the request.</summary>
    [Act]
    public DateOnly? RequestReceivedDate { get; init; }

    /// <summary>Everything received with it.</summary>
    public IReadOnlyList<RequestDocument>? Documents { get; init; }

    /// <summary>Contents of the Person-Centered Plan sent.</summary>
    public IReadOnlyList<PcpContent>? PcpContents { get; init; }

    /// <summary>Contents of the IPS Transition Plan.</summary>
    public IReadOnlyList<TransitionPlanContent>? TransitionPlanContents { get; init; }

    /// <summary>Units requested.</summary>
    public int? RequestedUnits { get; init; }

    /// <summary>First day requested.</summary>
    [AnyDay]
    public DateOnly? RequestedFrom { get; init; }

    /// <summary>Last day requested, included.</summary>
    [AnyDay]
    public DateOnly? RequestedTo { get; init; }

    /// <summary>Code of the requesting provider.</summary>
    public string? RequestingProvider { get; init; }

    /// <summary>All IPS and ACT authorizations on file for the person; an empty list means none.</summary>
    public IReadOnlyList<ExistingAuthorization>? ExistingAuthorizations { get; init; }

    /// <summary>The plan's reviewer finds the documents enough to decide medical necessity.</summary>
    public bool? DocumentationSufficient { get; init; }
}

/// <summary>An authorization on file.</summary>
/// <param name="Service">What is authorized.</param>
/// <param name="Provider">Code of the provider; absent means not known.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included; <see langword="null"/> means no end.</param>
public sealed record ExistingAuthorization(AuthorizedService Service, string? Provider, [property: AnyDay] DateOnly From, [property: AnyDay] DateOnly? To);

/// <summary>Kind of request.</summary>
public enum RequestKind
{
    /// <summary>First authorization of IPS in North Carolina.</summary>
    Ips,

    /// <summary>Milestone 2 of the nc-core contract.</summary>
    M2,

    /// <summary>Milestone 6 of the nc-core contract.</summary>
    M6,

    /// <summary>Prior authorization in Louisiana.</summary>
    [JsonStringEnumMemberName("la-prior-auth")] LaPriorAuth,
}

/// <summary>Service of an authorization on file.</summary>
public enum AuthorizedService
{
    /// <summary>Individual Placement and Support.</summary>
    [JsonStringEnumMemberName("IPS")] Ips,

    /// <summary>Assertive Community Treatment.</summary>
    [JsonStringEnumMemberName("ACT")] Act,
}

/// <summary>Document of a request.</summary>
public enum RequestDocument
{
    /// <summary>The request form.</summary>
    AuthorizationRequest,

    /// <summary>The assessment.</summary>
    Assessment,

    /// <summary>The Career Profile.</summary>
    CareerProfile,

    /// <summary>The integrated Person-Centered Plan.</summary>
    IntegratedPcp,

    /// <summary>The updated integrated Person-Centered Plan.</summary>
    UpdatedIntegratedPcp,

    /// <summary>The IPS Transition Plan.</summary>
    IpsTransitionPlan,

    /// <summary>Other records.</summary>
    SupportingRecords,
}

/// <summary>Content of an IPS Transition Plan.</summary>
public enum TransitionPlanContent
{
    /// <summary>Interventions.</summary>
    Interventions,

    /// <summary>Behavioural-health services that go on.</summary>
    OngoingBhServices,

    /// <summary>Natural and community supports.</summary>
    NaturalAndCommunitySupports,
}
