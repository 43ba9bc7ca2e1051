namespace Ips.Contracts;

// One id type per resource, so that ids of different resources cannot be mixed up. What they share is in IResourceId.cs.

/// <summary>An IPS team. Resource name: <c>teams/{uuid}</c>.</summary>
public readonly record struct TeamId(Guid Value) : IResourceId<TeamId>
{
    static string IResourceId<TeamId>.Collection => "teams";
    static TeamId IResourceId<TeamId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A staff member. Resource name: <c>staff/{uuid}</c>.</summary>
public readonly record struct StaffMemberId(Guid Value) : IResourceId<StaffMemberId>
{
    static string IResourceId<StaffMemberId>.Collection => "staff";
    static StaffMemberId IResourceId<StaffMemberId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A contract of a payer with a provider. Resource name: <c>contracts/{uuid}</c>.</summary>
public readonly record struct ContractId(Guid Value) : IResourceId<ContractId>
{
    static string IResourceId<ContractId>.Collection => "contracts";
    static ContractId IResourceId<ContractId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person's assignment to a staff member. Resource name: <c>assignments/{uuid}</c>.</summary>
public readonly record struct AssignmentId(Guid Value) : IResourceId<AssignmentId>
{
    static string IResourceId<AssignmentId>.Collection => "assignments";
    static AssignmentId IResourceId<AssignmentId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person served. The id holds nothing about the person. Resource name: <c>individuals/{uuid}</c>.</summary>
public readonly record struct IndividualId(Guid Value) : IResourceId<IndividualId>
{
    static string IResourceId<IndividualId>.Collection => "individuals";
    static IndividualId IResourceId<IndividualId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A service order. Resource name: <c>serviceOrders/{uuid}</c>.</summary>
public readonly record struct ServiceOrderId(Guid Value) : IResourceId<ServiceOrderId>
{
    static string IResourceId<ServiceOrderId>.Collection => "serviceOrders";
    static ServiceOrderId IResourceId<ServiceOrderId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A determination of eligibility. Resource name: <c>determinations/{uuid}</c>.</summary>
public readonly record struct DeterminationId(Guid Value) : IResourceId<DeterminationId>
{
    static string IResourceId<DeterminationId>.Collection => "determinations";
    static DeterminationId IResourceId<DeterminationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A referral to the state vocational rehabilitation agency. Resource name: <c>referrals/{uuid}</c>.</summary>
public readonly record struct ReferralId(Guid Value) : IResourceId<ReferralId>
{
    static string IResourceId<ReferralId>.Collection => "referrals";
    static ReferralId IResourceId<ReferralId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A Career Profile with all its versions. Resource name: <c>careerProfiles/{uuid}</c>.</summary>
public readonly record struct CareerProfileId(Guid Value) : IResourceId<CareerProfileId>
{
    static string IResourceId<CareerProfileId>.Collection => "careerProfiles";
    static CareerProfileId IResourceId<CareerProfileId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An authorization, from its request on. Resource name: <c>authorizations/{uuid}</c>.</summary>
public readonly record struct AuthorizationId(Guid Value) : IResourceId<AuthorizationId>
{
    static string IResourceId<AuthorizationId>.Collection => "authorizations";
    static AuthorizationId IResourceId<AuthorizationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A reconsideration or an appeal. Resource name: <c>appeals/{uuid}</c>.</summary>
public readonly record struct AppealId(Guid Value) : IResourceId<AppealId>
{
    static string IResourceId<AppealId>.Collection => "appeals";
    static AppealId IResourceId<AppealId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An authorization of a vocational rehabilitation agency for a milestone. Resource name: <c>vrAuthorizations/{uuid}</c>.</summary>
public readonly record struct VrAuthorizationId(Guid Value) : IResourceId<VrAuthorizationId>
{
    static string IResourceId<VrAuthorizationId>.Collection => "vrAuthorizations";
    static VrAuthorizationId IResourceId<VrAuthorizationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The note of one contact. Resource name: <c>serviceNotes/{uuid}</c>.</summary>
public readonly record struct ServiceNoteId(Guid Value) : IResourceId<ServiceNoteId>
{
    static string IResourceId<ServiceNoteId>.Collection => "serviceNotes";
    static ServiceNoteId IResourceId<ServiceNoteId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A milestone of a person. Resource name: <c>milestones/{uuid}</c>.</summary>
public readonly record struct MilestoneId(Guid Value) : IResourceId<MilestoneId>
{
    static string IResourceId<MilestoneId>.Collection => "milestones";
    static MilestoneId IResourceId<MilestoneId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A line of a claim. Resource name: <c>claimLines/{uuid}</c>.</summary>
public readonly record struct ClaimLineId(Guid Value) : IResourceId<ClaimLineId>
{
    static string IResourceId<ClaimLineId>.Collection => "claimLines";
    static ClaimLineId IResourceId<ClaimLineId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A job of a person. Resource name: <c>jobs/{uuid}</c>.</summary>
public readonly record struct JobId(Guid Value) : IResourceId<JobId>
{
    static string IResourceId<JobId>.Collection => "jobs";
    static JobId IResourceId<JobId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An education of a person. Resource name: <c>educations/{uuid}</c>.</summary>
public readonly record struct EducationId(Guid Value) : IResourceId<EducationId>
{
    static string IResourceId<EducationId>.Collection => "educations";
    static EducationId IResourceId<EducationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A fidelity review. Resource name: <c>reviews/{uuid}</c>.</summary>
public readonly record struct ReviewId(Guid Value) : IResourceId<ReviewId>
{
    static string IResourceId<ReviewId>.Collection => "reviews";
    static ReviewId IResourceId<ReviewId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A day by which something has to happen. Resource name: <c>deadlines/{uuid}</c>.</summary>
public readonly record struct DeadlineId(Guid Value) : IResourceId<DeadlineId>
{
    static string IResourceId<DeadlineId>.Collection => "deadlines";
    static DeadlineId IResourceId<DeadlineId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Access to a person's record by break-glass. Resource name: <c>disclosures/{uuid}</c>.</summary>
public readonly record struct DisclosureId(Guid Value) : IResourceId<DisclosureId>
{
    static string IResourceId<DisclosureId>.Collection => "disclosures";
    static DisclosureId IResourceId<DisclosureId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The receipt of a decision. Resource name: <c>decisions/{uuid}</c>.</summary>
public readonly record struct DecisionId(Guid Value) : IResourceId<DecisionId>
{
    static string IResourceId<DecisionId>.Collection => "decisions";
    static DecisionId IResourceId<DecisionId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A referral of a person to an agency. Resource name: <c>intakeReferrals/{uuid}</c>.</summary>
public readonly record struct IntakeReferralId(Guid Value) : IResourceId<IntakeReferralId>
{
    static string IResourceId<IntakeReferralId>.Collection => "intakeReferrals";
    static IntakeReferralId IResourceId<IntakeReferralId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person whom a payer asks an agency to serve. Resource name: <c>rosterEntries/{uuid}</c>.</summary>
public readonly record struct RosterEntryId(Guid Value) : IResourceId<RosterEntryId>
{
    static string IResourceId<RosterEntryId>.Collection => "rosterEntries";
    static RosterEntryId IResourceId<RosterEntryId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A check of a staff member. Resource name: <c>clearances/{uuid}</c>.</summary>
public readonly record struct ClearanceId(Guid Value) : IResourceId<ClearanceId>
{
    static string IResourceId<ClearanceId>.Collection => "clearances";
    static ClearanceId IResourceId<ClearanceId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An import of a list of excluded persons. Resource name: <c>listImports/{uuid}</c>.</summary>
public readonly record struct ListImportId(Guid Value) : IResourceId<ListImportId>
{
    static string IResourceId<ListImportId>.Collection => "listImports";
    static ListImportId IResourceId<ListImportId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An entry of a list that is or may be a staff member. Resource name: <c>exclusionHits/{uuid}</c>.</summary>
public readonly record struct ExclusionHitId(Guid Value) : IResourceId<ExclusionHitId>
{
    static string IResourceId<ExclusionHitId>.Collection => "exclusionHits";
    static ExclusionHitId IResourceId<ExclusionHitId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Training that a rule requires of a staff member. Resource name: <c>trainingRequirements/{uuid}</c>.</summary>
public readonly record struct TrainingRequirementId(Guid Value) : IResourceId<TrainingRequirementId>
{
    static string IResourceId<TrainingRequirementId>.Collection => "trainingRequirements";
    static TrainingRequirementId IResourceId<TrainingRequirementId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A meeting of a team. Resource name: <c>meetings/{uuid}</c>.</summary>
public readonly record struct MeetingId(Guid Value) : IResourceId<MeetingId>
{
    static string IResourceId<MeetingId>.Collection => "meetings";
    static MeetingId IResourceId<MeetingId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Who a provider is for payers. Resource name: <c>billingProfiles/{uuid}</c>.</summary>
public readonly record struct BillingProfileId(Guid Value) : IResourceId<BillingProfileId>
{
    static string IResourceId<BillingProfileId>.Collection => "billingProfiles";
    static BillingProfileId IResourceId<BillingProfileId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What claims for a person need. Resource name: <c>claimFacts/{uuid}</c>.</summary>
public readonly record struct ClaimFactsId(Guid Value) : IResourceId<ClaimFactsId>
{
    static string IResourceId<ClaimFactsId>.Collection => "claimFacts";
    static ClaimFactsId IResourceId<ClaimFactsId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A file with claims. Resource name: <c>claimBatches/{uuid}</c>.</summary>
public readonly record struct ClaimBatchId(Guid Value) : IResourceId<ClaimBatchId>
{
    static string IResourceId<ClaimBatchId>.Collection => "claimBatches";
    static ClaimBatchId IResourceId<ClaimBatchId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A claim. Resource name: <c>claims/{uuid}</c>.</summary>
public readonly record struct ClaimId(Guid Value) : IResourceId<ClaimId>
{
    static string IResourceId<ClaimId>.Collection => "claims";
    static ClaimId IResourceId<ClaimId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A file of a payer. Resource name: <c>receivedFiles/{uuid}</c>.</summary>
public readonly record struct ReceivedFileId(Guid Value) : IResourceId<ReceivedFileId>
{
    static string IResourceId<ReceivedFileId>.Collection => "receivedFiles";
    static ReceivedFileId IResourceId<ReceivedFileId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An amount that a payer paid or took off. Resource name: <c>postings/{uuid}</c>.</summary>
public readonly record struct PostingId(Guid Value) : IResourceId<PostingId>
{
    static string IResourceId<PostingId>.Collection => "postings";
    static PostingId IResourceId<PostingId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Something that a person has to look at. Resource name: <c>workItems/{uuid}</c>.</summary>
public readonly record struct WorkItemId(Guid Value) : IResourceId<WorkItemId>
{
    static string IResourceId<WorkItemId>.Collection => "workItems";
    static WorkItemId IResourceId<WorkItemId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An address to which a subscriber's events are sent. Resource name: <c>webhooks/{uuid}</c>.</summary>
public readonly record struct WebhookId(Guid Value) : IResourceId<WebhookId>
{
    static string IResourceId<WebhookId>.Collection => "webhooks";
    static WebhookId IResourceId<WebhookId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A report of an agency for a period. Resource name: <c>reports/{uuid}</c>.</summary>
public readonly record struct ReportId(Guid Value) : IResourceId<ReportId>
{
    static string IResourceId<ReportId>.Collection => "reports";
    static ReportId IResourceId<ReportId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A visit of a fidelity review, from its planned days to the draft. Resource name: <c>visits/{uuid}</c>.</summary>
public readonly record struct VisitId(Guid Value) : IResourceId<VisitId>
{
    static string IResourceId<VisitId>.Collection => "visits";
    static VisitId IResourceId<VisitId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A dated record about a provider. Resource name: <c>organizationFacts/{uuid}</c>.</summary>
public readonly record struct OrganizationFactId(Guid Value) : IResourceId<OrganizationFactId>
{
    static string IResourceId<OrganizationFactId>.Collection => "organizationFacts";
    static OrganizationFactId IResourceId<OrganizationFactId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A contact with an employer. Resource name: <c>employerContacts/{uuid}</c>.</summary>
public readonly record struct EmployerContactId(Guid Value) : IResourceId<EmployerContactId>
{
    static string IResourceId<EmployerContactId>.Collection => "employerContacts";
    static EmployerContactId IResourceId<EmployerContactId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A letter of Network Evaluation with people for an incentive. Resource name: <c>incentiveLetters/{uuid}</c>.</summary>
public readonly record struct IncentiveLetterId(Guid Value) : IResourceId<IncentiveLetterId>
{
    static string IResourceId<IncentiveLetterId>.Collection => "incentiveLetters";
    static IncentiveLetterId IResourceId<IncentiveLetterId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What another payer decided on a line. Resource name: <c>otherPayerDecisions/{uuid}</c>.</summary>
public readonly record struct OtherPayerDecisionId(Guid Value) : IResourceId<OtherPayerDecisionId>
{
    static string IResourceId<OtherPayerDecisionId>.Collection => "otherPayerDecisions";
    static OtherPayerDecisionId IResourceId<OtherPayerDecisionId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An amount that came in at the bank. Resource name: <c>deposits/{uuid}</c>.</summary>
public readonly record struct DepositId(Guid Value) : IResourceId<DepositId>
{
    static string IResourceId<DepositId>.Collection => "deposits";
    static DepositId IResourceId<DepositId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A file on its way to or from a payer. Resource name: <c>fileTransfers/{uuid}</c>.</summary>
public readonly record struct FileTransferId(Guid Value) : IResourceId<FileTransferId>
{
    static string IResourceId<FileTransferId>.Collection => "fileTransfers";
    static FileTransferId IResourceId<FileTransferId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An invoice for incentives. Resource name: <c>incentiveInvoices/{uuid}</c>.</summary>
public readonly record struct IncentiveInvoiceId(Guid Value) : IResourceId<IncentiveInvoiceId>
{
    static string IResourceId<IncentiveInvoiceId>.Collection => "incentiveInvoices";
    static IncentiveInvoiceId IResourceId<IncentiveInvoiceId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A report or an assessment about a person. Resource name: <c>personReports/{uuid}</c>.</summary>
public readonly record struct PersonReportId(Guid Value) : IResourceId<PersonReportId>
{
    static string IResourceId<PersonReportId>.Collection => "personReports";
    static PersonReportId IResourceId<PersonReportId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A release of a program's policy that is put in force. Resource name: <c>policyActivations/{uuid}</c>.</summary>
public readonly record struct PolicyActivationId(Guid Value) : IResourceId<PolicyActivationId>
{
    static string IResourceId<PolicyActivationId>.Collection => "policyActivations";
    static PolicyActivationId IResourceId<PolicyActivationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A mental health treatment team that a provider works with. Resource name: <c>treatmentTeams/{uuid}</c>.</summary>
public readonly record struct TreatmentTeamId(Guid Value) : IResourceId<TreatmentTeamId>
{
    static string IResourceId<TreatmentTeamId>.Collection => "treatmentTeams";
    static TreatmentTeamId IResourceId<TreatmentTeamId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A member of an organization. Resource name: <c>members/{uuid}</c>.</summary>
public readonly record struct MemberId(Guid Value) : IResourceId<MemberId>
{
    static string IResourceId<MemberId>.Collection => "members";
    static MemberId IResourceId<MemberId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A caseload that a member sees through a day. Resource name: <c>delegations/{uuid}</c>.</summary>
public readonly record struct DelegationId(Guid Value) : IResourceId<DelegationId>
{
    static string IResourceId<DelegationId>.Collection => "delegations";
    static DelegationId IResourceId<DelegationId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A stored document. Resource name: <c>documents/{uuid}</c>.</summary>
public readonly record struct DocumentId(Guid Value) : IResourceId<DocumentId>
{
    static string IResourceId<DocumentId>.Collection => "documents";
    static DocumentId IResourceId<DocumentId>.From(Guid value) => new(value);

    /// <summary>The UUID without its collection, for logs.</summary>
    public override string ToString() => Value.ToString();
}
