namespace Ips.Policies.Staffing;

/// <summary>How many people a specialist or Team Lead may carry, and how many specialists a supervisor may lead.</summary>
public static class CaseloadRules
{
    private const int FullTime = 100;

    private static readonly RuleId NcLead = RuleId.Of("NC-STAFF-007");
    private static readonly RuleId NcSpecialist = RuleId.Of("NC-STAFF-008");
    private static readonly RuleId NcCaseManagement = RuleId.Of("NC-STAFF-009");
    private static readonly RuleId AclaSpecialist = RuleId.Of("ACLA-STAFF-001");
    private static readonly RuleId LaStandards = RuleId.Of("LA-FID-001");
    private static readonly RuleId LaTeams = RuleId.Of("LA-MTG-004");
    private static readonly RuleId LaSpan = RuleId.Of("LA-SUP-001");
    private static readonly RuleId LaSupervisorTime = RuleId.Of("LA-SUP-002");
    private static readonly RuleId MoSpan = RuleId.Of("MO-STAFF-001");
    private static readonly RuleId MoOnlyIps = RuleId.Of("MO-STAFF-002");
    private static readonly RuleId MoSupervisorCaseload = RuleId.Of("MO-STAFF-003");
    private static readonly RuleId MoSpecialist = RuleId.Of("MO-STAFF-007");
    private static readonly RuleId MoOnlyEmployment = RuleId.Of("MO-STAFF-009");
    private static readonly RuleId MoTeams = RuleId.Of("MO-INT-001");

    private static readonly Parameter<int> NcLeadMax = Parameter<int>.Of(NcLead, "max_caseload");
    private static readonly Parameter<int> NcSpecialistMax = Parameter<int>.Of(NcSpecialist, "max_caseload");
    private static readonly Parameter<int> NcTarget = Parameter<int>.Of(NcSpecialist, "fidelity_target");
    private static readonly Parameter<int> CaseManagementPercent = Parameter<int>.Of(NcCaseManagement, "max_share");
    private static readonly Parameter<int> AclaMax = Parameter<int>.Of(AclaSpecialist, "max_caseload");
    private static readonly Parameter<string> AclaPer = Parameter<string>.Of(AclaSpecialist, "per");
    private static readonly Parameter<int> LaTarget = Parameter<int>.Of(LaStandards, "caseload_target");
    private static readonly Parameter<int> LaTeamsMax = Parameter<int>.Of(LaTeams, "max_teams");
    private static readonly Parameter<int> LaTeamsShare = Parameter<int>.Of(LaTeams, "min_share");
    private static readonly Parameter<int> LaSpanMax = Parameter<int>.Of(LaSpan, "max_specialists");
    private static readonly Parameter<string> LaFullTime = Parameter<string>.Of(LaSpan, "full_time");
    private static readonly Parameter<int> PercentEach = Parameter<int>.Of(LaSupervisorTime, "time_per_specialist");
    private static readonly Parameter<int> PercentMin = Parameter<int>.Of(LaSupervisorTime, "min_time");
    private static readonly Parameter<int> PercentMax = Parameter<int>.Of(LaSupervisorTime, "max_time");
    private static readonly Parameter<int> MoSpanMax = Parameter<int>.Of(MoSpan, "max_specialists");
    private static readonly Parameter<int> MoOnlyFrom = Parameter<int>.Of(MoOnlyIps, "only_ips_from");
    private static readonly Parameter<int> MoLeadAdvice = Parameter<int>.Of(MoSupervisorCaseload, "advised_caseload");
    private static readonly Parameter<int> MoMax = Parameter<int>.Of(MoSpecialist, "max_caseload");
    private static readonly Parameter<string> SplitTime = Parameter<string>.Of(MoOnlyEmployment, "split_time");
    private static readonly Parameter<int> MoTeamsMax = Parameter<int>.Of(MoTeams, "max_teams");
    private static readonly Parameter<int> MoTeamsShare = Parameter<int>.Of(MoTeams, "min_share");

    /// <summary>Team Lead or supervisor.</summary>
    public static void Supervisor(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        Limit(NcLead, NcLeadMax, "activeCount", facts.ActiveCount, evaluation);
        Limit(LaSpan, LaSpanMax, "specialistsSupervised", facts.SpecialistsSupervised, evaluation,
            also: LedFullTime(facts, evaluation));
        Limit(MoSpan, MoSpanMax, "specialistsSupervised", facts.SpecialistsSupervised, evaluation);
        if (evaluation.Has(LaSupervisorTime))
            SupervisorTime(facts, evaluation);
        if (evaluation.Has(MoOnlyIps))
        {
            var from = evaluation.Value(MoOnlyFrom);
            evaluation.Require(MoOnlyIps, Ternary.Any(facts.SpecialistsSupervised is { } led ? led < from : null, facts.SupervisesOnlyIps),
                    $"leads {facts.SpecialistsSupervised} specialists and only IPS: {facts.SupervisesOnlyIps}; from {from} on nothing else may be supervised",
                    Fact.Of(facts.SpecialistsSupervised), Fact.Of(facts.SupervisesOnlyIps))
                .Remedy($"supervisesOnlyIps true, or fewer than {from} specialists");
            var advised = evaluation.Value(MoLeadAdvice);
            if (facts.ActiveCount is { } active)
                evaluation.Remark(MoSupervisorCaseload, active <= advised, $"the supervisor carries {active} people, at most {advised} are advised");
            Warn(facts.ActiveCount, advised, evaluation);
        }
        else if (evaluation.Has(NcLead) || evaluation.Has(LaSpan))
        {
            evaluation.Answer("warning", false);
        }
    }

    /// <summary>Employment specialist.</summary>
    public static void Specialist(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        Limit(NcSpecialist, NcSpecialistMax, "activeCount", facts.ActiveCount, evaluation);
        Limit(AclaSpecialist, AclaMax, "activeCount", facts.ActiveCount, evaluation,
            evaluation.Chooses(AclaPer, "full_time") ? facts.SpecialistFtePercent : FullTime);
        Limit(MoSpecialist, MoMax, "activeCount", facts.ActiveCount, evaluation);
        CaseManagement(facts, evaluation);
        OnlyEmployment(facts, evaluation);
        if (evaluation.Has(LaTeams))
            Teams(LaTeams, LaTeamsMax, LaTeamsShare, ("caseloadFromTeams", facts.CaseloadFromTeams), ("activeCount", facts.ActiveCount), facts, evaluation);
        if (evaluation.Has(MoTeams))
            Teams(MoTeams, MoTeamsMax, MoTeamsShare, ("referralsFromTeams", facts.ReferralsFromTeams), ("referralsTotal", facts.ReferralsTotal),
                facts, evaluation);
        if (evaluation.Has(NcSpecialist))
            Warn(facts.ActiveCount, evaluation.Value(NcTarget), evaluation);
        else if (evaluation.Has(AclaSpecialist) || evaluation.Has(MoSpecialist))
            evaluation.Answer("warning", false);
        else if (evaluation.Has(LaStandards))
            WithoutLimit(facts, evaluation);
    }

    /// <summary>No number is printed for this plan's specialists; the fidelity scale's best score is only a warning.</summary>
    private static void WithoutLimit(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        var target = evaluation.Value(LaTarget);
        evaluation.Require(LaStandards, Verdict.Met, $"no limit is printed; {facts.ActiveCount} active people, the fidelity standards score best up to {target}");
        evaluation.Answer("over", facts.ActiveCount is null ? null : 0);
        Warn(facts.ActiveCount, target, evaluation);
    }

    private static void CaseManagement(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        if (facts.CaseManagementMinutes is not { } minutes || !evaluation.Has(NcCaseManagement))
            return;
        var percent = evaluation.Value(CaseManagementPercent);
        evaluation.Require(NcCaseManagement, facts.FteMinutes is { } fte ? minutes * 100L <= (long)percent * fte : null,
                $"{minutes} minutes of case management in {facts.FteMinutes} minutes of work, at most {percent} percent", Fact.Of(facts.FteMinutes))
            .Remedy($"at most {(long?)percent * facts.FteMinutes / 100} minutes of case management");
    }

    /// <summary>Other services only in a month on whose first day split time was still allowed.</summary>
    private static void OnlyEmployment(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        if (facts.CaseManagementMinutes is not { } minutes)
            return;
        var allowed = evaluation.Chooses(SplitTime, "until_set_day");
        bool? split = facts.SplitTimeThrough switch
        {
            _ when !allowed => false,
            { Day: { } through } => facts.WorkMonth is { } month ? through >= month : null,
            { } => false,
            null => null,
        };
        evaluation.Require(MoOnlyEmployment, Ternary.Any(minutes == 0, split),
                $"{minutes} minutes of other services in {facts.WorkMonth:yyyy-MM}; split time allowed through {Words.Day(facts.SplitTimeThrough?.Day, "", "no day")}",
                Fact.Of(facts.WorkMonth), Fact.Of(facts.SplitTimeThrough))
            .Remedy("employment services only");
    }

    private static void Teams(
        RuleId rule, Parameter<int> maxTeams, Parameter<int> minShare, (string Name, int? Count) part, (string Name, int? Count) whole,
            CaseloadFacts facts, RuleEvaluation evaluation)
    {
        if (facts.TeamsAttached is not { } teams)
            return;
        var (most, percent) = (evaluation.Value(maxTeams), evaluation.Value(minShare));
        evaluation.Require(rule, Ternary.All(teams >= 1 && teams <= most, part.Count is { } p && whole.Count is { } w ? p * 100L >= (long)percent * w : null),
                $"attached to {teams} teams, {part.Count} of {whole.Count} people from them; 1 to {most} teams and at least {percent} percent needed",
                Fact.Of(part.Count, part.Name), Fact.Of(whole.Count, whole.Name))
            .Remedy($"1 to {most} teams that supply at least {percent} percent");
    }

    private static void SupervisorTime(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        int? needed = facts.SpecialistsSupervised is { } led
            ? (int)Math.Clamp((long)led * evaluation.Value(PercentEach), evaluation.Value(PercentMin), evaluation.Value(PercentMax))
            : null;
        var given = facts.SupervisorIpsFtePercent;
        bool? met = (given, needed) switch
        {
            ({ } g, { } n) => g >= n,
            ({ } g, _) when g < evaluation.Value(PercentMin) => false,
            _ => null,
        };
        evaluation.Require(LaSupervisorTime, met, $"{given} percent of full time for {facts.SpecialistsSupervised} specialists, at least {needed} needed",
                Fact.Of(facts.SpecialistsSupervised), Fact.Of(given, nameof(facts.SupervisorIpsFtePercent)))
            .Remedy($"supervisorIpsFtePercent of at least {needed ?? evaluation.Value(PercentMin)}");
    }

    /// <summary>Under the reading that is not taken the share of LA-SUP-002 is not enough: as many specialists as allowed need a full-time supervisor.</summary>
    private static bool? LedFullTime(CaseloadFacts facts, RuleEvaluation evaluation) => !evaluation.Chooses(LaFullTime, "at_the_limit") ? true
        : Ternary.Any(facts.SpecialistsSupervised is { } led ? led < evaluation.Value(LaSpanMax) : null, facts.SupervisorIpsFtePercent is { } share ? share >= FullTime : null);

    private static void Limit(
        RuleId rule, Parameter<int> max, string name, int? count, RuleEvaluation evaluation, int? percent = FullTime, bool? also = true)
    {
        if (!evaluation.Has(rule))
            return;
        var limit = evaluation.Value(max) * percent / FullTime;
        evaluation.Require(rule, Ternary.All(count is { } there && limit is { } most ? there <= most : null, also), $"{name} {count}, limit {limit}",
                Fact.Of(count, name), new("specialistFtePercent", percent is not null), new("supervisorIpsFtePercent", also is not null))
            .Remedy($"{name} of at most {limit}");
        evaluation.Answer("limit", limit);
        evaluation.Answer("over", count is { } c && limit is { } l ? Math.Max(0, c - l) : null);
    }

    private static void Warn(int? count, int advised, RuleEvaluation evaluation) => evaluation.Answer("warning", count is { } there ? there > advised : null);
}
