using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Admission;
using Ips.Policies.Authorizations;
using Ips.Policies.ContinuedService;
using Ips.Policies.Discharges;
using Ips.Policies.ServiceOrders;
using Riok.Mapperly.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility;

/// <summary>The codes of the contract as the policies and the database name them. A member that one side lacks does not compile.</summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both, AutoUserMappings = false)]
internal static partial class EligibilityVocabulary
{
    [MapperIgnoreSourceValue(Proto.DiagnosisClass.Unspecified)]
    public static partial DiagnosisClass ToPolicy(this Proto.DiagnosisClass diagnosis);

    [MapperIgnoreSourceValue(Proto.DiagnosisSeverity.Unspecified)]
    public static partial Severity ToPolicy(this Proto.DiagnosisSeverity severity);

    [MapperIgnoreSourceValue(Proto.EmploymentHistory.Unspecified)]
    public static partial EmploymentHistory ToPolicy(this Proto.EmploymentHistory history);

    [MapperIgnoreSourceValue(Proto.MedicalNecessity.Unspecified)]
    public static partial MedicalNecessity ToPolicy(this Proto.MedicalNecessity finding);

    [MapperIgnoreSourceValue(Proto.MyChoiceStatus.Unspecified)]
    public static partial MyChoiceStatus ToPolicy(this Proto.MyChoiceStatus status);

    [MapperIgnoreSourceValue(Proto.Recommender.Unspecified)]
    public static partial Recommender ToPolicy(this Proto.Recommender recommender);

    [MapperIgnoreSourceValue(Proto.DenialReason.Unspecified)]
    public static partial DenialReason ToPolicy(this Proto.DenialReason reason);

    [MapperIgnoreSourceValue(Proto.ServiceProgress.Unspecified)]
    public static partial Progress ToPolicy(this Proto.ServiceProgress progress);

    [MapperIgnoreSourceValue(Proto.ChangeGoal.Unspecified)]
    public static partial ChangeGoal ToPolicy(this Proto.ChangeGoal goal);

    [MapperIgnoreSourceValue(Proto.DischargeReason.Unspecified)]
    public static partial DischargeReason ToPolicy(this Proto.DischargeReason reason);

    [MapperIgnoreSourceValue(Proto.DischargeRequester.Unspecified)]
    public static partial DischargeRequester ToPolicy(this Proto.DischargeRequester requester);

    [MapperIgnoreSourceValue(Proto.StepDown.Unspecified)]
    public static partial StepDown ToPolicy(this Proto.StepDown stepDown);

    [MapperIgnoreSourceValue(Proto.SignerType.Unspecified)]
    public static partial SignerType ToPolicy(this Proto.SignerType signer);

    [MapperIgnoreSourceValue(Proto.AuthorizationKind.Unspecified)]
    public static partial RequestKind ToPolicy(this Proto.AuthorizationKind kind);

    [MapperIgnoreSourceValue(Proto.ContinuedServiceCondition.Unspecified)]
    [MapEnumValue(Proto.ContinuedServiceCondition.A, ContinuedServiceCriterion.LittleProgress)]
    [MapEnumValue(Proto.ContinuedServiceCondition.B, ContinuedServiceCriterion.ChangedInterventions)]
    [MapEnumValue(Proto.ContinuedServiceCondition.C, ContinuedServiceCriterion.FirstYearOfJob)]
    [MapEnumValue(Proto.ContinuedServiceCondition.D, ContinuedServiceCriterion.Benefits)]
    [MapEnumValue(Proto.ContinuedServiceCondition.E, ContinuedServiceCriterion.WantsChange)]
    public static partial ContinuedServiceCriterion ToPolicy(this Proto.ContinuedServiceCondition condition);

    [MapperIgnoreSourceValue(Proto.DeadlineState.Unspecified)]
    public static partial DeadlineState ToStored(this Proto.DeadlineState state);

    [MapperIgnoreTargetValue(Proto.DeadlineState.Unspecified)]
    public static partial Proto.DeadlineState ToProto(this DeadlineState state);

    /// <summary>The value of a stored code; null when none is stored.</summary>
    public static T? Read<T>(string? code) where T : struct, Enum => WireCode.TryRead<T>(code, out var value) ? value : null;

    /// <summary>The value; null when the field was left out.</summary>
    public static T? Given<T>(this T value) where T : struct, Enum => EqualityComparer<T>.Default.Equals(value, default) ? null : value;
}
