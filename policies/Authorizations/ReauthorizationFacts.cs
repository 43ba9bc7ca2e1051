using System.Text.Json.Serialization;
using Ips.Policies.Admission;

namespace Ips.Policies.Authorizations;

/// <summary>What is known about a request to renew an authorization. <see langword="null"/> means not known.</summary>
public sealed record ReauthorizationFacts
{
    /// <summary>Last day of the present authorization.</summary>
    [AnyDay]
    public DateOnly? CurrentAuthorizationEnd { get; init; }

    /// <summary>Day the payer received the request.</summary>
    [Act]
    public DateOnly? RequestReceivedDate { get; init; }

    /// <summary>Everything received with it.</summary>
    public IReadOnlyList<ReauthorizationDocument>? Documents { get; init; }

    /// <summary>Continued-service conditions found met; an empty list means none.</summary>
    public IReadOnlyList<ContinuedServiceCriterion>? ContinuedServiceCriteria { get; init; }

    /// <summary>Finding of a qualified reviewer of the payer.</summary>
    public MedicalNecessity? MedicalNecessityFinding { get; init; }

    /// <summary>Only if given: working steadily since.</summary>
    [Act]
    public DateOnly? SteadyWorkSince { get; init; }
}

/// <summary>Document of a request to renew.</summary>
public enum ReauthorizationDocument
{
    /// <summary>The service plan.</summary>
    ServicePlan,

    /// <summary>The request form.</summary>
    AuthorizationRequestForm,

    /// <summary>What supports the request.</summary>
    SupportingDocumentation,
}

/// <summary>Continued-service condition by its letter in the policy.</summary>
public enum ContinuedServiceCriterion
{
    /// <summary>Little progress, continuing documented as effective.</summary>
    [JsonStringEnumMemberName("a")] LittleProgress,

    /// <summary>Progress, interventions change.</summary>
    [JsonStringEnumMemberName("b")] ChangedInterventions,

    /// <summary>First year of a job with follow-along.</summary>
    [JsonStringEnumMemberName("c")] FirstYearOfJob,

    /// <summary>Learning to manage benefits.</summary>
    [JsonStringEnumMemberName("d")] Benefits,

    /// <summary>Wants to change job, hours or position.</summary>
    [JsonStringEnumMemberName("e")] WantsChange,
}
