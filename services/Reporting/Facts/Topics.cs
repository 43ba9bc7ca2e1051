namespace Ips.Reporting.Facts;

/// <summary>The topics of events. A topic that sets days is also the <c>kind</c> of its deadlines.</summary>
public static class Topics
{
    public const string Registered = "registered";

    /// <summary>Two records of one person were merged: the fact's person is the survivor, its thread the id of the merged record. No figure counts it.</summary>
    public const string Merged = "merged";

    public const string OrderInForce = "service-order-in-force";
    public const string Admitted = "admitted";
    public const string Referred = "referred-to-dvrs";

    /// <summary>Milestone 2 was authorized.</summary>
    public const string AuthorizedM2 = "authorized-m2";

    /// <summary>The payer approved an authorization although a condition was not met.</summary>
    public const string Overridden = "authorization-overridden";

    /// <summary>A request for authorization came that the payer has to decide within the standard time. No figure counts it.</summary>
    public const string AuthorizationReceived = "authorization-received";

    /// <summary>The same, within the expedited time.</summary>
    public const string AuthorizationReceivedExpedited = "authorization-received-expedited";

    /// <summary>The payer decided a request; it counts when it approved.</summary>
    public const string AuthorizationDecision = "authorization-decision";

    /// <summary>An appeal against the payer's decision was decided; it counts when the request was approved.</summary>
    public const string AuthorizationAppealDecision = "authorization-appeal-decision";

    public const string MilestoneReached = "milestone-reached";
    public const string ClaimLine = "claim-line";

    /// <summary>A payer has paid something of a claim; the amount is what it paid so far. Only the agency sees it.</summary>
    public const string ClaimPaid = "claim-paid";

    /// <summary>A competitive job started; its units are the hours a week.</summary>
    public const string JobStart = "job-start";

    /// <summary>A competitive job ended.</summary>
    public const string JobEnd = "job-end";

    /// <summary>An education was completed.</summary>
    public const string EducationCompleted = "education-completed";

    /// <summary>The next fidelity review of a team. Every other topic of a deadline is the kind that its service gives it.</summary>
    public const string FidelityReview = "fidelity-review";
}
