using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.Fidelity;

/// <summary>A total of the scale's items.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TotalScoreAttribute() : RangeAttribute(FidelityScale.Ips25.LowestTotal, FidelityScale.Ips25.HighestTotal);

/// <summary>The number of an item of the scale.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ScaleItemAttribute() : RangeAttribute(1, FidelityScale.Ips25.Items.Count);

/// <summary>A count of items of the scale.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ScaleItemCountAttribute() : RangeAttribute(0, FidelityScale.Ips25.Items.Count);
