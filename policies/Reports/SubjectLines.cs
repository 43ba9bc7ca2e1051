namespace Ips.Policies.Reports;

/// <summary>Subject lines of messages to a payer.</summary>
internal static class SubjectLines
{
    /// <summary>Whether a name is in the subject line; not known where the name is absent.</summary>
    public static bool? Names(string subject, string? name) => name is null ? null : name.Length > 0
        && subject.Contains(name, StringComparison.OrdinalIgnoreCase);
}
