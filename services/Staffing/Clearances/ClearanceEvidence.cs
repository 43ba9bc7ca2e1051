using Ips.Policies.Staffing;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Clearances;

/// <summary>The checks on file as facts of the decision on clearance.</summary>
internal static class ClearanceEvidence
{
    /// <summary>Whether the rules on clearance are about the role.</summary>
    public static bool IsAbout(StaffRole role) => role is StaffRole.Esp or StaffRole.TeamLead or StaffRole.Epm;

    /// <summary>
    /// The facts as of a day. Of each kind the last check before the first day of work counts, or else the first one after it: a later one never repairs what
    /// was due before. A result that failed afterwards counts in its place.
    /// </summary>
    public static ClearanceFacts Of(StaffRecord found, StaffRole role, DateOnly employment, DateOnly day)
    {
        var checks = found.Clearances.Where(c => c.Counts && c.DoneOn <= day).OrderBy(c => c.DoneOn).ThenBy(c => c.RecordedAt)
            .ThenBy(c => c.Result == Proto.ClearanceResult.Fail).ToList();
        var (background, tuberculosis, drugs) =
            (Pick(Proto.ClearanceKind.Background), Pick(Proto.ClearanceKind.Tuberculosis), Pick(Proto.ClearanceKind.DrugScreen));
        return new()
        {
            Role = role.ToPolicy(),
            EmploymentDate = employment,
            BackgroundCheckDate = background?.DoneOn,
            BackgroundCheckResult = background is null ? null : background.Result == Proto.ClearanceResult.Pass ? CheckResult.Pass : CheckResult.Fail,
            SexOffenderRegistryChecked = background?.SexOffenderRegistry,
            ResultOnFile = background is null ? null : background.DocumentSha256.Length > 0,
            LeieCheckDate = Pick(Proto.ClearanceKind.Leie)?.DoneOn,
            AdverseActionsCheckDate = Pick(Proto.ClearanceKind.AdverseActions)?.DoneOn,
            ListResultsOnFile = ResultsKept(),
            ExclusionFinding = Finding(),
            TbTestDate = tuberculosis?.DoneOn,
            TbResult = tuberculosis?.Result switch
            {
                null => null,
                Proto.ClearanceResult.Pass => TbResult.Negative,
                Proto.ClearanceResult.PositiveCleared => TbResult.PositiveCleared,
                _ => TbResult.Positive,
            },
            DrugPolicyWritten = drugs?.UnderWrittenPolicy,
            DrugScreenPassed = drugs is null ? null : drugs.Result == Proto.ClearanceResult.Pass,
            LeieCheckMonths = Months(Proto.ClearanceKind.Leie),
            AdverseActionsCheckMonths = Months(Proto.ClearanceKind.AdverseActions),
        };

        ClearanceCheck? Pick(Proto.ClearanceKind kind)
        {
            var ofKind = checks.Where(c => c.Kind == kind).ToList();
            var picked = ofKind.FindLast(c => c.DoneOn < employment) ?? ofKind.Find(c => c.DoneOn >= employment);
            return ofKind.FindLast(c => c.Result == Proto.ClearanceResult.Fail && c.DoneOn > picked!.DoneOn) is { } failed && failed.Kind is not
                (Proto.ClearanceKind.Leie or Proto.ClearanceKind.AdverseActions) ? failed : picked;
        }

        IReadOnlyList<DateOnly> Months(Proto.ClearanceKind kind) =>
            [.. checks.Where(c => c.Kind == kind).Select(c => new DateOnly(c.DoneOn.Year, c.DoneOn.Month, 1)).Distinct()];

        // An import keeps the list that it compared.
        bool? ResultsKept()
        {
            var lists = checks.Where(c => c.Kind is Proto.ClearanceKind.Leie or Proto.ClearanceKind.AdverseActions).ToList();
            return lists.Count == 0 ? null : lists.TrueForAll(c => c.ListImportId is not null || c.DocumentSha256.Length > 0);
        }

        // A person's own record of a list counts as it is; of an import its hits count, from the day on which the agency knew.
        bool? Finding()
        {
            var lists = checks.Where(c => c.Kind is Proto.ClearanceKind.Leie or Proto.ClearanceKind.AdverseActions).ToList();
            if (found.Hits.Any(h => h.State == Proto.ExclusionHitState.Confirmed && h.KnownOn <= day)
                || lists.Exists(c => c.ListImportId is null && c.Result == Proto.ClearanceResult.Fail))
                return true;
            var waits = found.Hits.Any(h => h.State == Proto.ExclusionHitState.Possible);
            return waits || lists.Count == 0 ? null : false;
        }
    }
}
