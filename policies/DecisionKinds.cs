namespace Ips.Policies;

/// <summary>All kinds of decision, in the order of the case book.</summary>
public static class DecisionKinds
{
    private static readonly Dictionary<string, DecisionKind> ByName;

    /// <summary>The names that packs may use in <c>in:</c>; a test keeps it equal to <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "admission", "denial-reason", "continued-service", "discharge", "authorization-request", "reauthorization", "service-order", "service-note",
        "staff-qualification", "training", "pre-employment-clearance", "caseload", "team-composition", "meeting-compliance", "fidelity-result",
        "fidelity-contest", "intake-status", "milestone", "claim-line", "tcl-invoice", "report-due", "dvrs-referral", "mo-billable", "la-encounter", "scheduled-act",
        "milestone-review", "tcl-review",
        "support-contact",
        "provider-readiness",
        "payer-route",
    ];

    static DecisionKinds()
    {
        All =
        [
            Admission.AdmissionDecision.Kind,
            Admission.DenialReasonDecision.Kind,
            ContinuedService.ContinuedServiceDecision.Kind,
            Discharges.DischargeDecision.Kind,
            Authorizations.AuthorizationRequestDecision.Kind,
            Authorizations.ReauthorizationDecision.Kind,
            ServiceOrders.ServiceOrderDecision.Kind,
            Staffing.QualificationDecision.Kind,
            Staffing.TrainingDecision.Kind,
            Staffing.ClearanceDecision.Kind,
            Staffing.CaseloadDecision.Kind,
            Staffing.TeamDecision.Kind,
            Staffing.MeetingDecision.Kind,
            Fidelity.FidelityResultDecision.Kind,
            Fidelity.FidelityContestDecision.Kind,
            Fidelity.IntakeStatusDecision.Kind,
            Reports.ReportDueDecision.Kind,
            Dvrs.DvrsReferralDecision.Kind,
            ServiceNotes.ServiceNoteDecision.Kind,
            Milestones.MilestoneDecision.Kind,
            ClaimLines.ClaimLineDecision.Kind,
            TclInvoices.TclInvoiceDecision.Kind,
            MissouriBilling.MoBillableDecision.Kind,
            LouisianaEncounters.LaEncounterDecision.Kind,
            Schedules.ScheduledActDecision.Kind,
            Reviews.MilestoneReviewDecision.Kind,
            TclInvoices.TclReviewDecision.Kind,
            Schedules.SupportContactDecision.Kind,
            Staffing.ProviderReadinessDecision.Kind,
            Payers.PayerRouteDecision.Kind,
        ];
        ByName = All.ToDictionary(d => d.Name, StringComparer.Ordinal);
    }

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<DecisionKind> All { get; }

    /// <summary>The kind of that name, or <see langword="null"/>.</summary>
    public static DecisionKind? Find(string name) => ByName.GetValueOrDefault(name);
}
