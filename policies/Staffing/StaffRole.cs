using System.Text.Json.Serialization;

namespace Ips.Policies.Staffing;

/// <summary>Role of a staff member. The codes are the same in all programs; the titles are not.</summary>
public enum StaffRole
{
    /// <summary>Team Lead (Louisiana and Missouri: supervisor).</summary>
    [JsonStringEnumMemberName("TEAM_LEAD")] TeamLead,

    /// <summary>Employment support professional (employment specialist).</summary>
    [JsonStringEnumMemberName("ESP")] Esp,

    /// <summary>Employment peer mentor (Louisiana: peer specialist).</summary>
    [JsonStringEnumMemberName("EPM")] Epm,

    /// <summary>Benefits counselor.</summary>
    [JsonStringEnumMemberName("BENEFITS_COUNSELOR")] BenefitsCounselor,

    /// <summary>Program assistant.</summary>
    [JsonStringEnumMemberName("PROGRAM_ASSISTANT")] ProgramAssistant,
}
