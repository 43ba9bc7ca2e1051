using Riok.Mapperly.Abstractions;
using Policy = Ips.Policies.Staffing;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing;

/// <summary>The contract's codes as the policies name them. A code that one side lacks does not compile.</summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both)]
internal static partial class StaffingVocabulary
{
    /// <summary>A role in a team.</summary>
    [MapperIgnoreSourceValue(StaffRole.Unspecified)]
    public static partial Policy.StaffRole ToPolicy(this StaffRole role);

    /// <summary>The type of a credential; null for a license, whose scope its board judges.</summary>
    public static Policy.CredentialType? ToPolicy(this Proto.CredentialType type) => type == Proto.CredentialType.License ? null : Map(type);

    [MapperIgnoreSourceValue(Proto.CredentialType.Unspecified)]
    [MapperIgnoreSourceValue(Proto.CredentialType.License)]
    private static partial Policy.CredentialType Map(Proto.CredentialType type);

    /// <summary>The highest level of education; null when not known.</summary>
    public static Policy.Education? ToPolicy(this Proto.Education education) => education == Proto.Education.Unspecified ? null : Map(education);

    [MapperIgnoreSourceValue(Proto.Education.Unspecified)]
    [MapEnumValue(Proto.Education.Hs, Policy.Education.HighSchool)]
    private static partial Policy.Education Map(Proto.Education education);

    /// <summary>The profession; null when not known.</summary>
    public static Policy.Profession? ToPolicy(this Proto.Profession profession) => profession == Proto.Profession.Unspecified ? null : Map(profession);

    /// <summary>The course; null for yearly training, which is none, and for a course that no rule requires.</summary>
    public static Policy.Course? ToPolicy(this Proto.TrainingCourse course) =>
        course is Proto.TrainingCourse.Annual or Proto.TrainingCourse.BenefitsPlanning or Proto.TrainingCourse.Unspecified ? null : Map(course);

    /// <summary>The state of a deadline.</summary>
    [MapperIgnoreSourceValue(Proto.StaffDeadlineState.Unspecified)]
    public static partial DeadlineState ToStored(this Proto.StaffDeadlineState state);

    /// <inheritdoc cref="ToStored"/>
    [MapperIgnoreTargetValue(Proto.StaffDeadlineState.Unspecified)]
    public static partial Proto.StaffDeadlineState ToProto(this DeadlineState state);

    [MapperIgnoreSourceValue(Proto.Profession.Unspecified)]
    private static partial Policy.Profession Map(Proto.Profession profession);

    [MapperIgnoreSourceValue(Proto.TrainingCourse.Unspecified)]
    [MapperIgnoreSourceValue(Proto.TrainingCourse.Annual)]
    [MapperIgnoreSourceValue(Proto.TrainingCourse.BenefitsPlanning)]
    [MapEnumValue(Proto.TrainingCourse.PcEmploymentPlanning, Policy.Course.EmploymentPlanning)]
    [MapEnumValue(Proto.TrainingCourse.SupervisingCpss, Policy.Course.SupervisingPeers)]
    [MapEnumValue(Proto.TrainingCourse.EmploymentPeerMentoring, Policy.Course.PeerMentoring)]
    [MapEnumValue(Proto.TrainingCourse.Mi, Policy.Course.MotivationalInterviewing)]
    [MapEnumValue(Proto.TrainingCourse.MiEmployment, Policy.Course.MotivationalInterviewingForEmployment)]
    [MapEnumValue(Proto.TrainingCourse.FirstAidCpr, Policy.Course.FirstAid)]
    private static partial Policy.Course Map(Proto.TrainingCourse course);

    /// <summary>What a meeting is for. Time in the community is no meeting; no month is decided for meetings that are only scheduled.</summary>
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.Unspecified)]
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.FieldMentoring)]
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.OutcomeReview)]
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.EmploymentCollaborative)]
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.AssistanceCall)]
    [MapperIgnoreSourceValue(Proto.TeamMeetingKind.SteeringCommittee)]
    [MapperIgnoreTargetValue(Policy.MeetingKind.CommunityTime)]
    public static partial Policy.MeetingKind ToPolicy(this Proto.TeamMeetingKind kind);

    /// <summary>What is discussed with the vocational rehabilitation agency.</summary>
    [MapperIgnoreSourceValue(Proto.MeetingTopic.Unspecified)]
    public static partial Policy.MeetingTopic ToPolicy(this Proto.MeetingTopic topic);

    /// <summary>A member of a steering committee.</summary>
    [MapperIgnoreSourceValue(Proto.CommitteeMember.Unspecified)]
    public static partial Policies.Schedules.CommitteeMember ToPolicy(this Proto.CommitteeMember member);

    /// <summary>Something with a day by which it is due.</summary>
    [MapperIgnoreTargetValue(Proto.TeamScheduledAct.Unspecified)]
    public static partial Proto.TeamScheduledAct ToProto(this Policies.Schedules.ScheduledAct act);

    /// <summary>How it stands. The contract also has a state where nothing is due.</summary>
    [MapperIgnoreTargetValue(Proto.ScheduledActState.Unspecified)]
    [MapperIgnoreTargetValue(Proto.ScheduledActState.NotDue)]
    public static partial Proto.ScheduledActState ToProto(this Policies.Schedules.ScheduledActStatus status);

    /// <summary>What an action plan holds.</summary>
    [MapperIgnoreSourceValue(Proto.TeamPlanContent.Unspecified)]
    public static partial Policy.ActionPlanContent ToPolicy(this Proto.TeamPlanContent content);

    /// <summary>Who received an action plan.</summary>
    [MapperIgnoreSourceValue(Proto.TeamPlanReader.Unspecified)]
    public static partial Policy.ActionPlanReader ToPolicy(this Proto.TeamPlanReader reader);

    /// <summary>A domain of the readiness checklist.</summary>
    [MapperIgnoreSourceValue(Proto.ReadinessDomain.Unspecified)]
    public static partial Policy.ReadinessDomain ToPolicy(this Proto.ReadinessDomain domain);

    /// <summary>A rating of the readiness checklist.</summary>
    [MapperIgnoreSourceValue(Proto.ReadinessLevel.Unspecified)]
    public static partial Policy.Readiness ToPolicy(this Proto.ReadinessLevel level);

    /// <summary>A part of a readiness visit.</summary>
    [MapperIgnoreSourceValue(Proto.ReadinessVisitPart.Unspecified)]
    public static partial Policy.ReadinessVisitPart ToPolicy(this Proto.ReadinessVisitPart part);

    /// <summary>Who took part in its leadership meeting.</summary>
    [MapperIgnoreSourceValue(Proto.LeadershipAttendee.Unspecified)]
    public static partial Policy.LeadershipAttendee ToPolicy(this Proto.LeadershipAttendee attendee);

    /// <summary>What a record about a provider is. Applications, fees and contracts are days of other records.</summary>
    [MapperIgnoreSourceValue(Proto.OrganizationFactKind.Unspecified)]
    [MapperIgnoreSourceValue(Proto.OrganizationFactKind.WrittenPolicy)]
    [MapperIgnoreSourceValue(Proto.OrganizationFactKind.DocumentRequest)]
    [MapperIgnoreSourceValue(Proto.OrganizationFactKind.ImplementationPlan)]
    [MapperIgnoreTargetValue(Policy.ProviderRecordKind.Contract)]
    [MapperIgnoreTargetValue(Policy.ProviderRecordKind.AccreditationApplication)]
    [MapperIgnoreTargetValue(Policy.ProviderRecordKind.AccreditationFee)]
    [MapperIgnoreTargetValue(Policy.ProviderRecordKind.VrVendorApplication)]
    [MapperIgnoreTargetValue(Policy.ProviderRecordKind.IntegrationAgreementSubmission)]
    public static partial Policy.ProviderRecordKind ToPolicy(this Proto.OrganizationFactKind kind);

    /// <summary>Who gave a license or an accreditation, or the type of an enrolled provider; null when not recorded.</summary>
    public static Policy.ProviderBody? ToPolicy(this Proto.OrganizationFactBody body) => body == Proto.OrganizationFactBody.Unspecified ? null : Map(body);

    [MapperIgnoreSourceValue(Proto.OrganizationFactBody.Unspecified)]
    private static partial Policy.ProviderBody Map(Proto.OrganizationFactBody body);
}
