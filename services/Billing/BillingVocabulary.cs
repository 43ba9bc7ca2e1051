using Ips.Contracts.Common.V1;
using Ips.Policies.LouisianaEncounters;
using Ips.Policies.MissouriBilling;
using Ips.Policies.ServiceNotes;
using Riok.Mapperly.Abstractions;
using EducationKind = Ips.Policies.Milestones.EducationKind;
using PromotionType = Ips.Policies.Milestones.PromotionType;
using PromotionEvidence = Ips.Policies.Milestones.PromotionEvidence;
using MilestoneDocument = Ips.Policies.Milestones.MilestoneDocument;
using ContactMode = Ips.Policies.Milestones.ContactMode;
using Policy = Ips.Policies;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing;

/// <summary>
/// The contract's codes as the policies name them. A code that one side lacks does not compile; an unspecified one is a fact that is not known.
/// </summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both)]
internal static partial class BillingVocabulary
{
    /// <summary>The payer program; null when not known.</summary>
    public static Policy.Milestones.Funding? ToPolicy(this Funding funding) => funding == Funding.Unspecified ? null : Map(funding);

    /// <summary>The type of a contact; null when not given.</summary>
    public static ContactType? ToPolicy(this Proto.ContactType contact) => contact == Proto.ContactType.Unspecified ? null : Map(contact);

    /// <summary>The place of a contact; null when not given.</summary>
    public static Policy.ServiceNotes.PlaceOfService? ToPolicy(this Contracts.Common.V1.PlaceOfService place) =>
        place == Contracts.Common.V1.PlaceOfService.Unspecified ? null : Map(place);

    /// <summary>What was done in a contact; null when not given.</summary>
    public static NoteActivity? ToPolicy(this Proto.Activity activity) => activity == Proto.Activity.Unspecified ? null : Map(activity);

    /// <summary>Content of a plan; null when not given.</summary>
    public static Policy.PcpContent? ToPolicy(this PlanContent content) => content == PlanContent.Unspecified ? null : Map(content);

    /// <summary>How a contact took place, as milestones count it; null when not given. Messages are no contacts.</summary>
    public static ContactMode? ToMode(this Proto.ContactType contact) => contact switch
    {
        Proto.ContactType.InPerson => ContactMode.InPerson,
        Proto.ContactType.Phone => ContactMode.Phone,
        Proto.ContactType.Collateral => ContactMode.Collateral,
        Proto.ContactType.Video => ContactMode.Video,
        _ => null,
    };

    /// <summary>A contact around a job.</summary>
    [MapperIgnoreTargetValue(Proto.SupportContactKind.Unspecified)]
    [MapperIgnoreSourceValue(Policy.Schedules.SupportContact.FirstAssessment)]
    [MapperIgnoreSourceValue(Policy.Schedules.SupportContact.AssessmentSessions)]
    public static partial Proto.SupportContactKind ToProto(this Policy.Schedules.SupportContact contact);

    /// <summary>How it stands.</summary>
    [MapperIgnoreTargetValue(Proto.SupportContactState.Unspecified)]
    public static partial Proto.SupportContactState ToProto(this Policy.Schedules.ScheduledActStatus status);

    /// <summary>The document of a milestone that a stored document is; null for one of another use.</summary>
    public static MilestoneDocument? ToPolicy(this DocumentKind kind) => kind switch
    {
        DocumentKind.CareerProfileWithFasp => MilestoneDocument.CareerProfileWithFasp,
        DocumentKind.MonthlyJobDevNotesWithEmployerContacts => MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts,
        DocumentKind.JobStartForm => MilestoneDocument.JobStartForm,
        DocumentKind.CareerProfileWithUpdatedFasp => MilestoneDocument.CareerProfileWithUpdatedFasp,
        DocumentKind.MonthlyProgressNotes => MilestoneDocument.MonthlyProgressNotes,
        DocumentKind.SummaryNote30 => MilestoneDocument.SummaryNote30,
        DocumentKind.SummaryNote60 => MilestoneDocument.SummaryNote60,
        DocumentKind.SummaryNote90 => MilestoneDocument.SummaryNote90,
        _ => null,
    };

    /// <summary>Evidence of a promotion.</summary>
    [MapperIgnoreSourceValue(Proto.PromotionEvidence.Unspecified)]
    public static partial PromotionEvidence ToPolicy(this Proto.PromotionEvidence evidence);

    /// <summary>Where a promotion took place; null when not known.</summary>
    public static PromotionType? ToPolicy(this Proto.PromotionType type) => type == Proto.PromotionType.Unspecified ? null : Map(type);

    /// <summary>The kind of an education; null when not known.</summary>
    public static EducationKind? ToPolicy(this Proto.EducationKind kind) => kind == Proto.EducationKind.Unspecified ? null : Map(kind);

    /// <summary>What was done or bought in Missouri; null when not known.</summary>
    public static MoActivity? ToPolicy(this Proto.MissouriActivity activity) => activity == Proto.MissouriActivity.Unspecified ? null : Map(activity);

    /// <summary>The payer billed in Missouri; null when not given.</summary>
    public static MoPayer? ToPolicy(this Proto.MissouriPayer payer) => payer == Proto.MissouriPayer.Unspecified ? null : Map(payer);

    /// <summary>Who was billed before in Missouri; null when not given.</summary>
    public static MoBilledBefore? ToPolicy(this Proto.MissouriBilledBefore before) => before == Proto.MissouriBilledBefore.Unspecified ? null : Map(before);

    /// <summary>What a Louisiana charge is for; null when not given.</summary>
    public static CostType? ToPolicy(this Proto.ChargeFor cost) => cost == Proto.ChargeFor.Unspecified ? null : Map(cost);

    [MapperIgnoreSourceValue(Proto.PromotionType.Unspecified)]
    private static partial PromotionType Map(Proto.PromotionType type);

    [MapperIgnoreSourceValue(Proto.EducationKind.Unspecified)]
    private static partial EducationKind Map(Proto.EducationKind kind);

    [MapperIgnoreSourceValue(Proto.MissouriActivity.Unspecified)]
    private static partial MoActivity Map(Proto.MissouriActivity activity);

    [MapperIgnoreSourceValue(Proto.MissouriPayer.Unspecified)]
    private static partial MoPayer Map(Proto.MissouriPayer payer);

    [MapperIgnoreSourceValue(Proto.MissouriBilledBefore.Unspecified)]
    private static partial MoBilledBefore Map(Proto.MissouriBilledBefore before);

    [MapperIgnoreSourceValue(Proto.ChargeFor.Unspecified)]
    private static partial CostType Map(Proto.ChargeFor cost);

    [MapperIgnoreSourceValue(Funding.Unspecified)]
    private static partial Policy.Milestones.Funding Map(Funding funding);

    [MapperIgnoreSourceValue(Proto.ContactType.Unspecified)]
    private static partial ContactType Map(Proto.ContactType contact);

    [MapperIgnoreSourceValue(Contracts.Common.V1.PlaceOfService.Unspecified)]
    private static partial Policy.ServiceNotes.PlaceOfService Map(Contracts.Common.V1.PlaceOfService place);

    [MapperIgnoreSourceValue(Proto.Activity.Unspecified)]
    private static partial NoteActivity Map(Proto.Activity activity);

    [MapperIgnoreSourceValue(PlanContent.Unspecified)]
    private static partial Policy.PcpContent Map(PlanContent content);

    /// <summary>How an invoice is sent; null while it is not.</summary>
    public static Policy.TclInvoices.InvoiceChannel? ToPolicy(this Proto.IncentiveChannel channel) =>
        channel == Proto.IncentiveChannel.Unspecified ? null : Map(channel);

    [MapperIgnoreSourceValue(Proto.IncentiveChannel.Unspecified)]
    private static partial Policy.TclInvoices.InvoiceChannel Map(Proto.IncentiveChannel channel);

    /// <summary>The state of a deadline.</summary>
    [MapperIgnoreSourceValue(Proto.BillingDeadlineState.Unspecified)]
    public static partial DeadlineState ToStored(this Proto.BillingDeadlineState state);

    /// <inheritdoc cref="ToStored"/>
    [MapperIgnoreTargetValue(Proto.BillingDeadlineState.Unspecified)]
    public static partial Proto.BillingDeadlineState ToProto(this DeadlineState state);

    /// <summary>How the review of a milestone stands.</summary>
    [MapperIgnoreTargetValue(Proto.MilestoneReviewState.Unspecified)]
    public static partial Proto.MilestoneReviewState ToProto(this Policy.Reviews.MilestoneReviewStatus status);
}
