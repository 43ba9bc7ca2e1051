using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Training;

/// <summary>What a decision on training lists about a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="DueOn">Last day; null where it has none.</param>
/// <param name="Status">The standing; null while a fact is missing.</param>
public sealed record ListedRequirement(string Rule, DateOnly? DueOn, TrainingStatus? Status);

/// <summary>
/// Makes the requirements of a staff member from the packs of the programs in which the person holds a role, and sets their deadlines. A requirement keeps the
/// rule, the pack version and the last day with which it was made; a later text may give more time, never less.
/// </summary>
public sealed class TrainingPlan(StaffingDb db, PolicyService policies, TimeProvider clock)
{
    /// <summary>The kind of the deadlines of requirements.</summary>
    public const string Kind = "training";

    /// <summary>The kind of the deadline of a certificate that a role needs.</summary>
    public const string CertificateKind = "certificate";

    /// <summary>The kind of the deadline of a credential that ends, and without which its holder is not qualified for the role.</summary>
    public const string CredentialKind = "credential";

    // A working time of the platform: no rule of a program sets one.
    private const int SoonDays = 30;
    private static readonly int[] Leads = [SoonDays, 7];

    /// <summary>A requirement as it stands on a day.</summary>
    /// <param name="Program">The program.</param>
    /// <param name="Role">The role.</param>
    /// <param name="Year">The year from hire; 0 where it is not a yearly one.</param>
    /// <param name="Listed">What the decision lists.</param>
    /// <param name="PackVersion">The pack that decided.</param>
    /// <param name="ClockFrom">Hire or start in the role, whichever is later.</param>
    /// <param name="Says">The rule in one line.</param>
    public sealed record Standing(string Program, StaffRole Role, int Year, ListedRequirement Listed, string PackVersion, DateOnly ClockFrom, string Says)
    {
        /// <summary>The recorded requirement; null before it is recorded.</summary>
        public TrainingRequirement? Recorded { get; init; }

        /// <summary>Last day in time. Of a requirement that another version of the pack made the later of both days, unless its clock was started again.</summary>
        public DateOnly? DueOn => Recorded is { DueOn: { } recorded } && Recorded.ClockFrom == ClockFrom && Recorded.PackVersion != PackVersion && !(Listed.DueOn > recorded)
            ? recorded : Listed.DueOn;

        /// <summary>The state on the day.</summary>
        public Proto.RequirementState State(DateOnly day) => Listed.Status switch
        {
            null => Proto.RequirementState.Unspecified,
            TrainingStatus.Completed => Proto.RequirementState.Completed,
            TrainingStatus.CompletedLate => Proto.RequirementState.CompletedLate,
            TrainingStatus.Waived => Proto.RequirementState.Waived,
            TrainingStatus.Exempt or TrainingStatus.NotRequired => Proto.RequirementState.Exempt,
            TrainingStatus.Expired or TrainingStatus.Lapsed => Proto.RequirementState.Expired,
            TrainingStatus.NoTargetDate => Proto.RequirementState.NoTargetDate,
            TrainingStatus.Overdue when DueOn == Listed.DueOn => Proto.RequirementState.Overdue,
            _ when day > DueOn => Proto.RequirementState.Overdue,
            _ when day >= DueOn?.AddDays(-SoonDays) => Proto.RequirementState.DueSoon,
            _ => Proto.RequirementState.Assigned,
        };

        /// <summary>As the contract shows it.</summary>
        public Proto.TrainingRequirement ToProto(DateOnly day) => new()
        {
            Name = Recorded?.Id.Name ?? "",
            RuleId = Listed.Rule,
            Program = Program,
            Role = Role,
            TrainingYear = Year,
            DueOn = DueOn.Day(),
            State = State(day),
            PackVersion = Recorded?.PackVersion ?? PackVersion,
            RuleSays = Says,
        };
    }

    /// <summary>The requirements that a decision lists, by rule.</summary>
    public static IReadOnlyList<ListedRequirement> Listed(DecisionRecord decision) =>
        decision.Decision.Values.GetValueOrDefault("requirements") is not IReadOnlyDictionary<string, object> all ? [] :
        [.. all.Select(pair => (pair.Key, Of: (IReadOnlyDictionary<string, object>)pair.Value)).Select(pair => new ListedRequirement(
            pair.Key, pair.Of.GetValueOrDefault("dueOn") as DateOnly?,
            pair.Of.GetValueOrDefault("status") is string status ? Codes.Parse<TrainingStatus>(status) : null))];

    /// <summary>Every requirement of the person on a day, of the roles held on it; yearly ones for the running year and the years on record.</summary>
    public IReadOnlyList<Standing> On(StaffRecord found, DateOnly day, DateOnly? crisis = null)
    {
        List<Standing> all = [];
        foreach (var (program, role) in Roles(found.Member, day))
        {
            var start = TrainingEvidence.RoleStart(found.Member, program, role, day)!.Value;
            var from = start > found.Member.HireDate ? start : found.Member.HireDate;
            var plain = Decide(null);
            var initial = plain.Select(r => r.Rule).ToHashSet(StringComparer.Ordinal);
            all.AddRange(plain.Select(r => Standing(0, r)));
            var now = YearOf(found.Member.HireDate, day);
            foreach (var year in found.Requirements.Where(r => r.Program == program && r.Role == role && r.TrainingYear > 0).Select(r => r.TrainingYear).Append(now).Distinct().Order())
                all.AddRange(Decide(year).Where(r => !initial.Contains(r.Rule)).Select(r => Standing(year, r)));

            IReadOnlyList<ListedRequirement> Decide(int? year) => policies.Decide(program, TrainingDecision.Kind, day,
                TrainingEvidence.Of(found, program, role, day, year, crisis)).Is(out var decision, out _) ? Listed(decision) : [];

            Standing Standing(int year, ListedRequirement listed) =>
                new(program, role, year, listed, policies.Engine.Programs[program].Version, from, policies.Engine.Programs[program].Find(RuleId.Of(listed.Rule))?.Says ?? "")
                {
                    Recorded = found.Requirements.FirstOrDefault(r => (r.Program, r.Role, r.RuleId, r.TrainingYear) == (program, role, listed.Rule, year)),
                };
        }

        return [.. all.OrderBy(s => s.Program, StringComparer.Ordinal).ThenBy(s => s.Role).ThenBy(s => s.Listed.Rule, StringComparer.Ordinal).ThenBy(s => s.Year)];
    }

    /// <summary>Rules of requirements that are not settled on a day.</summary>
    public IReadOnlyList<string> Unmet(StaffRecord found, DateOnly day) =>
        [.. On(found, day).Where(s => !IsSettled(s.State(day))).Select(s => s.Listed.Rule).Distinct(StringComparer.Ordinal)];

    /// <summary>Records what is required now and sets, meets or cancels its deadlines. Call it after each change of the record.</summary>
    public async Task Sync(StaffRecord found, Changes changes, CancellationToken cancellationToken)
    {
        var member = found.Member;
        string[] subjects = [member.Id.Name, .. found.Requirements.Select(r => r.Id.Name)];
        SubjectDeadlines due = new(
            await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken), policies, clock);
        HashSet<TrainingRequirement> open = [];
        foreach (var day in Days(member))
        {
            foreach (var standing in On(found, day).Where(s => s.Recorded is null || !open.Contains(s.Recorded)))
            {
                var requirement = Record(standing, member, changes);
                if (open.Add(requirement) && standing.Recorded is null)
                    found = found with { Requirements = [.. found.Requirements, requirement] };
                if ((IsSettled(standing.State(day)) ? RenewedBy(found, standing, day) : standing.DueOn) is not { } last)
                    due.Meet(requirement.Id.Name, Kind, changes);
                else
                    due.Set(new(requirement.Id.Name, Kind, standing.Listed.Rule, standing.Program, member.Provider, null, last, Leads), changes);
            }

            Certificates(member, day, due, changes);
            Credentials(member, day, due, changes);
        }

        // A role that is held no more, or a rule that is not in force any more.
        foreach (var gone in found.Requirements.Where(r => !open.Contains(r)))
            due.Cancel(gone.Id.Name, Kind, changes);
        if (member.SeparatedOn is not null)
        {
            due.Cancel(member.Id.Name, CertificateKind, changes);
            due.Cancel(member.Id.Name, CredentialKind, changes);
        }
    }

    /// <summary>The last day on which what is done stays valid, such as that of a card; null where it does not end.</summary>
    private DateOnly? RenewedBy(StaffRecord found, Standing done, DateOnly day)
    {
        var ends = found.Completions.Where(c => c.Counts && c.ExpiresOn >= day).Select(c => c.ExpiresOn!.Value);
        return ends.Concat(done.DueOn is { } due && due >= day ? [due] : []).Distinct().Order().Select(last => (DateOnly?)last).FirstOrDefault(last =>
            On(found, last!.Value.AddDays(1)).Any(s => s.State(last.Value.AddDays(1)) == Proto.RequirementState.Expired
                && (s.Program, s.Role, s.Listed.Rule, s.Year) == (done.Program, done.Role, done.Listed.Rule, done.Year)));
    }

    private static bool IsSettled(Proto.RequirementState state) => state is Proto.RequirementState.Completed or Proto.RequirementState.CompletedLate
        or Proto.RequirementState.Waived or Proto.RequirementState.Exempt;

    /// <summary>Today, and the first days of roles that begin later.</summary>
    private IEnumerable<DateOnly> Days(StaffMember member)
    {
        if (member.Roles.Count == 0)
            return [];
        var today = member.Roles.Select(r => policies.Today(r.Team!.Program)!.Value).Min();
        return member.SeparatedOn <= today ? [] : member.Roles.Where(r => r.From > today && !(r.Through < r.From)).Select(r => r.From).Append(today).Distinct().Order();
    }

    private static IEnumerable<(string Program, StaffRole Role)> Roles(StaffMember member, DateOnly day) =>
        member.Roles.Where(r => r.HeldOn(day)).Select(r => (r.Team!.Program, r.Role)).Distinct();

    private static int YearOf(DateOnly hired, DateOnly day)
    {
        var year = 1;
        while (hired.AddYears(year) <= day)
            year++;
        return year;
    }

    private TrainingRequirement Record(Standing standing, StaffMember member, Changes changes)
    {
        if (standing.Recorded is { } recorded)
        {
            if ((recorded.DueOn, recorded.ClockFrom) != (standing.DueOn, standing.ClockFrom))
            {
                (recorded.DueOn, recorded.ClockFrom) = (standing.DueOn, standing.ClockFrom);
                changes.Update(recorded);
            }

            return recorded;
        }

        return changes.Insert(new TrainingRequirement
        {
            Id = TrainingRequirementId.New(clock),
            Provider = member.Provider,
            StaffMemberId = member.Id,
            Program = standing.Program,
            Role = standing.Role,
            RuleId = standing.Listed.Rule,
            TrainingYear = standing.Year,
            DueOn = standing.DueOn,
            ClockFrom = standing.ClockFrom,
            PackVersion = standing.PackVersion,
            RecordedAt = changes.Now,
        });
    }

    /// <summary>The last day for a certificate that the decision on the role names, while it is not held.</summary>
    private void Certificates(StaffMember member, DateOnly day, SubjectDeadlines due, Changes changes)
    {
        foreach (var (program, role) in Roles(member, day))
        {
            if (!policies.Decide(program, QualificationDecision.Kind, day, QualificationEvidence.Of(member, role, day)).Is(out var decision, out _)
                || decision.Value<DateOnly?>("certDueOn") is not { } last || decision.Decision.SetBy("certDueOn") is not { } rule)
                continue;
            if (decision.Value<string>("status") is { } status && status.StartsWith(Codes.Of(QualificationStatus.Qualified), StringComparison.Ordinal))
                due.Meet(member.Id.Name, CertificateKind, changes);
            else
                due.Set(new(member.Id.Name, CertificateKind, rule.Value, program, member.Provider, null, last, Leads), changes);
        }
    }

    /// <summary>The last day of the credential without which the person is not qualified for a role any more.</summary>
    private void Credentials(StaffMember member, DateOnly day, SubjectDeadlines due, Changes changes)
    {
        var found = false;
        foreach (var (program, role) in Roles(member, day))
        {
            var ends = member.Credentials.Where(c => c.Counts && c.ValidThrough >= day).Select(c => c.ValidThrough!.Value).Distinct().Order();
            foreach (var last in ends.Where(last => Missing(last) is null))
            {
                if (Missing(last.AddDays(1)) is not { } rule)
                    continue;
                due.Set(new(member.Id.Name, CredentialKind, rule.Value, program, member.Provider, null, last, Leads), changes);
                found = true;
                break;
            }

            RuleId? Missing(DateOnly on) => policies.Decide(program, QualificationDecision.Kind, on, QualificationEvidence.Of(member, role, on)).Is(out var decision, out _)
                ? decision.Decision.Findings.FirstOrDefault(f => f.Decides && f.Verdict == Verdict.NotMet)?.Rule : null;
        }

        if (!found)
            due.Meet(member.Id.Name, CredentialKind, changes);
    }
}
