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

    /// <summary>The type of a credential.</summary>
    [MapperIgnoreSourceValue(Proto.CredentialType.Unspecified)]
    public static partial Policy.CredentialType ToPolicy(this Proto.CredentialType type);

    /// <summary>The highest level of education; null when not known.</summary>
    public static Policy.Education? ToPolicy(this Proto.Education education) => education == Proto.Education.Unspecified ? null : Map(education);

    [MapperIgnoreSourceValue(Proto.Education.Unspecified)]
    [MapEnumValue(Proto.Education.Hs, Policy.Education.HighSchool)]
    private static partial Policy.Education Map(Proto.Education education);
}
