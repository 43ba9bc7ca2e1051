using Ips.Policies;
using Riok.Mapperly.Abstractions;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>The verdicts of the policies as the contract names them. A member that one side lacks does not compile.</summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both)]
internal static partial class DecisionVocabulary
{
    [MapperIgnoreTargetValue(Proto.Verdict.Unspecified)]
    public static partial Proto.Verdict ToProto(this Verdict verdict);
}
