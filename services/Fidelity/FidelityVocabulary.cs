using Ips.Policies.Fidelity;
using Riok.Mapperly.Abstractions;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity;

/// <summary>The contract's codes as the policies name them. A code that one side lacks does not compile.</summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both)]
internal static partial class FidelityVocabulary
{
    /// <summary>The evaluator of a review.</summary>
    [MapperIgnoreSourceValue(Proto.Evaluator.Unspecified)]
    public static partial Evaluator ToPolicy(this Proto.Evaluator evaluator);
}
