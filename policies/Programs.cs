namespace Ips.Policies;

/// <summary>Ids of the programs.</summary>
public static class Programs
{
    /// <summary>North Carolina, state-funded IPS.</summary>
    public const string NcState = "nc-state";

    /// <summary>North Carolina, NC CORE milestone contract; applies the state text too.</summary>
    public const string NcCore = "nc-core";

    /// <summary>Louisiana, AmeriHealth Caritas.</summary>
    public const string LaAcla = "la-acla";

    /// <summary>Louisiana, Louisiana Healthcare Connections.</summary>
    public const string LaLhcc = "la-lhcc";

    /// <summary>Missouri, Department of Mental Health with Vocational Rehabilitation.</summary>
    public const string MoDmhVr = "mo-dmh-vr";

    /// <summary>Both North Carolina programs.</summary>
    public static IReadOnlyList<string> NorthCarolina { get; } = [NcState, NcCore];

    /// <summary>Both Louisiana programs.</summary>
    public static IReadOnlyList<string> Louisiana { get; } = [LaAcla, LaLhcc];

    /// <summary>All programs.</summary>
    public static IReadOnlyList<string> All { get; } = [NcState, NcCore, LaAcla, LaLhcc, MoDmhVr];
}
