using Ips.Policies;
using Ips.Policies.Staffing;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.StaffMembers;

/// <summary>What is on file about a staff member as facts of the decision on qualification.</summary>
internal static class QualificationEvidence
{
    /// <summary>The facts as of a day. Months of experience are counted from spans; without any span they are not known.</summary>
    public static QualificationFacts Of(StaffMember member, StaffRole role, DateOnly day)
    {
        var spans = member.Experience.Where(e => e.Counts).ToList();
        // Work as a specialist in a team on file is known without a span.
        var specialist = spans.Exists(e => e.Is(Proto.ExperienceKind.EmploymentSpecialist) && e.From < day)
            || member.Roles.Exists(r => r.Role == StaffRole.Esp && r.From < day && !(r.Through < r.From));
        return new()
        {
            Role = role.ToPolicy(),
            HireDate = member.HireDate,
            Credentials = [.. member.Credentials.Where(c => c.Counts).OrderBy(c => c.RecordedAt).ThenBy(c => c.Id).SelectMany(Read)],
            Education = member.Education.ToPolicy(),
            VocationalExperienceMonths = spans.Exists(e => e.Is(Proto.ExperienceKind.Vocational))
                ? ExperienceSpan.Months(spans, Proto.ExperienceKind.Vocational, day) : member.VocationalExperienceMonths,
            RecentEmploymentHistory = member.RecentEmploymentHistory,
            EmploymentExperienceMonths = Months(Proto.ExperienceKind.PaidWork),
            SmiExperienceMonths = Months(Proto.ExperienceKind.SevereMentalIllness),
            EmploymentServicesMonths = Months(Proto.ExperienceKind.EmploymentServices),
            PriorEmploymentSpecialist = specialist ? true : spans.Count > 0 ? false : null,
            BillsCommunitySupport = member.BillsCommunitySupport,
        };

        int? Months(Proto.ExperienceKind kind) => spans.Count == 0 ? null : ExperienceSpan.Months(spans, kind, day);
    }

    private static IEnumerable<Policies.Staffing.Credential> Read(Credential credential) => credential.Type.ToPolicy() is not { } type ? []
        : [new(type, credential.Jurisdiction.Length == 0 ? null : Codes.Parse<Jurisdiction>(credential.Jurisdiction), credential.ValidFrom, credential.ValidThrough)];
}
