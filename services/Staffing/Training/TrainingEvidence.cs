using Ips.Policies.Staffing;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Training;

/// <summary>What is on file as facts of the decision on training.</summary>
internal static class TrainingEvidence
{
    /// <summary>The facts as of a day.</summary>
    /// <param name="found">The record.</param>
    /// <param name="program">The program.</param>
    /// <param name="role">The role.</param>
    /// <param name="day">The day.</param>
    /// <param name="year">The year from hire whose hours are evaluated, 1 first; null for none.</param>
    /// <param name="crisis">The day on which a crisis was handled; null for none.</param>
    public static TrainingFacts Of(StaffRecord found, string program, StaffRole role, DateOnly day, int? year = null, DateOnly? crisis = null)
    {
        var member = found.Member;
        var done = found.Completions.Where(c => c.Counts && c.CompletedOn <= day).OrderBy(c => c.CompletedOn).ThenBy(c => c.Id).ToList();
        var courses = done.Where(c => !c.Waiver && c.Course.ToPolicy() is not null);
        var waivers = done.Where(c => c.Waiver).ToList();
        var targets = found.Targets.Where(t => t.Course.ToPolicy() is not null).OrderBy(t => t.Course).ToList();
        return new()
        {
            Role = role.ToPolicy(),
            HireDate = member.HireDate,
            IpsRoleStartDate = RoleStart(member, program, role, day),
            Completions = [.. courses.Select(c => new Completion(c.Course.ToPolicy()!.Value, c.CompletedOn, c.ExpiresOn, c.DocumentSha256.Length > 0))],
            Waivers = waivers.Count == 0 ? null : [.. waivers.Select(w => new Waiver(w.Course.ToPolicy()!.Value, w.CompletedOn, w.Mint ? true : null))],
            MintTrainer = member.MintTrainer,
            TrainingYear = year,
            AnnualTraining = [.. done.Where(c => c.Course == Proto.TrainingCourse.Annual).Select(c => new TrainingSession(c.CompletedOn, c.Minutes ?? 0))],
            Profession = member.Profession.ToPolicy(),
            Licensed = member.Licensed,
            FirstServiceDate = member.FirstServiceDate <= day ? member.FirstServiceDate : null,
            CrisisResponseDate = crisis,
            TrainingTargetDates = [.. targets.Select(t => new TrainingTarget(t.Course.ToPolicy()!.Value, t.TargetDate))],
        };
    }

    /// <summary>The first day of the role in the program; null when it is not held on the day. A change of team within the role starts no clock again.</summary>
    public static DateOnly? RoleStart(StaffMember member, string program, StaffRole role, DateOnly day)
    {
        DateOnly? start = null;
        foreach (var held in member.Roles.Where(r => r.Role == role && r.Team!.Program == program && r.From <= day && !(r.Through < r.From))
            .OrderByDescending(r => r.From))
        {
            if (start is null ? held.HeldOn(day) : !(held.Through < start.Value.AddDays(-1)))
                start = held.From;
        }

        return start;
    }
}
