namespace Ips.Policies;

/// <summary>
/// Three-valued logic over facts that may be absent. <see langword="null"/> means "not known":
/// one condition known to fail makes the whole fail; if none fails but one is unknown, the whole is unknown.
/// </summary>
public static class Ternary
{
    /// <summary>True if all are true, false if one is false, else not known.</summary>
    public static bool? All(bool? a, bool? b) => a & b;

    /// <inheritdoc cref="All(bool?, bool?)"/>
    public static bool? All(params ReadOnlySpan<bool?> conditions)
    {
        bool? all = true;
        foreach (var condition in conditions)
        {
            if (condition == false)
                return false;
            if (condition is null)
                all = null;
        }

        return all;
    }

    /// <summary>True if one is true, false if all are false, else not known.</summary>
    public static bool? Any(params ReadOnlySpan<bool?> conditions)
    {
        bool? any = false;
        foreach (var condition in conditions)
        {
            if (condition == true)
                return true;
            if (condition is null)
                any = null;
        }

        return any;
    }

    /// <summary>The worse of two verdicts.</summary>
    public static Verdict Worst(Verdict a, Verdict b) => (Verdict)Math.Max((int)a, (int)b);

    /// <summary>The opposite; what is not known stays not known.</summary>
    public static bool? Not(bool? condition) => !condition;
}
