namespace Ips.Policies.Staffing;

/// <summary>How many people a specialist or Team Lead may carry, and how many specialists a supervisor may lead.</summary>
public static class CaseloadRules
{
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
    private static readonly RuleId MoTeams = RuleId.Of("MO-INT-001");

    private static readonly Parameter<int> NcLeadMax = Parameter<int>.Of(NcLead, "max_caseload");
    private static readonly Parameter<int> NcSpecialistMax = Parameter<int>.Of(NcSpecialist, "max_caseload");
    private static readonly Parameter<int> NcTarget = Parameter<int>.Of(NcSpecialist, "fidelity_target");
    private static readonly Parameter<int> CaseManagementPercent = Parameter<int>.Of(NcCaseManagement, "max_share");
    private static readonly Parameter<int> AclaMax = Parameter<int>.Of(AclaSpecialist, "max_caseload");
    private static readonly Parameter<int> LaTarget = Parameter<int>.Of(LaStandards, "caseload_target");
    private static readonly Parameter<int> LaTeamsMax = Parameter<int>.Of(LaTeams, "max_teams");
    private static readonly Parameter<int> LaTeamsShare = Parameter<int>.Of(LaTeams, "min_share");
    private static readonly Parameter<int> LaSpanMax = Parameter<int>.Of(LaSpan, "max_specialists");
    private static readonly Parameter<int> PercentEach = Parameter<int>.Of(LaSupervisorTime, "time_per_specialist");
    private static readonly Parameter<int> PercentMin = Parameter<int>.Of(LaSupervisorTime, "min_time");
    private static readonly Parameter<int> PercentMax = Parameter<int>.Of(LaSupervisorTime, "max_time");
    private static readonly Parameter<int> MoSpanMax = Parameter<int>.Of(MoSpan, "max_specialists");
    private static readonly Parameter<int> MoOnlyFrom = Parameter<int>.Of(MoOnlyIps, "only_ips_from");
    private static readonly Parameter<int> MoLeadAdvice = Parameter<int>.Of(MoSupervisorCaseload, "advised_caseload");
    private static readonly Parameter<int> MoMax = Parameter<int>.Of(MoSpecialist, "max_caseload");
    private static readonly Parameter<int> MoTeamsMax = Parameter<int>.Of(MoTeams, "max_teams");
    private static readonly Parameter<int> MoTeamsShare = Parameter<int>.Of(MoTeams, "min_share");

    /// <summary>Team Lead or supervisor.</summary>
    public static void Supervisor(CaseloadFacts facts, RuleEvaluation ruling)
    {
        Limit(NcLead, NcLeadMax, "activeCount", facts.ActiveCount, ruling);
        Limit(LaSpan, LaSpanMax, "specialistsSupervised", facts.SpecialistsSupervised, ruling);
        Limit(MoSpan, MoSpanMax, "specialistsSupervised", facts.SpecialistsSupervised, ruling);
        if (ruling.Has(LaSupervisorTime))
            SupervisorTime(facts, ruling);
        if (ruling.Has(MoOnlyIps))
        {
            var from = ruling.Value(MoOnlyFrom);
            ruling.Judge(MoOnlyIps, Ternary.Any(facts.SpecialistsSupervised is { } led ? led < from : null, facts.SupervisesOnlyIps),
                    $"leads {facts.SpecialistsSupervised} specialists and only IPS: {facts.SupervisesOnlyIps}; from {from} on nothing else may be supervised",
                    Fact.Of("specialistsSupervised", facts.SpecialistsSupervised), Fact.Of("supervisesOnlyIps", facts.SupervisesOnlyIps))
                .Remedy($"supervisesOnlyIps true, or fewer than {from} specialists");
            var advised = ruling.Value(MoLeadAdvice);
            if (facts.ActiveCount is { } active)
                ruling.Remark(MoSupervisorCaseload, active <= advised, $"the supervisor carries {active} people, at most {advised} are advised");
            Warn(facts.ActiveCount, advised, ruling);
        }
        else if (ruling.Has(NcLead) || ruling.Has(LaSpan))
        {
            ruling.Answer("warning", false);
        }
    }

    /// <summary>Employment specialist.</summary>
    public static void Specialist(CaseloadFacts facts, RuleEvaluation ruling)
    {
        Limit(NcSpecialist, NcSpecialistMax, "activeCount", facts.ActiveCount, ruling);
        Limit(AclaSpecialist, AclaMax, "activeCount", facts.ActiveCount, ruling);
        Limit(MoSpecialist, MoMax, "activeCount", facts.ActiveCount, ruling);
        CaseManagement(facts, ruling);
        if (ruling.Has(LaTeams))
            Teams(LaTeams, LaTeamsMax, LaTeamsShare, ("caseloadFromTeams", facts.CaseloadFromTeams), ("activeCount", facts.ActiveCount), facts, ruling);
        if (ruling.Has(MoTeams))
            Teams(MoTeams, MoTeamsMax, MoTeamsShare, ("referralsFromTeams", facts.ReferralsFromTeams), ("referralsTotal", facts.ReferralsTotal), facts, ruling);
        if (ruling.Has(NcSpecialist))
            Warn(facts.ActiveCount, ruling.Value(NcTarget), ruling);
        else if (ruling.Has(AclaSpecialist) || ruling.Has(MoSpecialist))
            ruling.Answer("warning", false);
        else if (ruling.Has(LaStandards))
            WithoutLimit(facts, ruling);
    }

    /// <summary>No number is printed for this plan's specialists; the fidelity scale's best score is only a warning.</summary>
    private static void WithoutLimit(CaseloadFacts facts, RuleEvaluation ruling)
    {
        var target = ruling.Value(LaTarget);
        if (facts.ActiveCount is { } active)
        {
            ruling.Remark(LaStandards, active <= target, $"{active} active people, the fidelity standards score best up to {target}");
            ruling.Answer("over", 0);
        }

        Warn(facts.ActiveCount, target, ruling);
    }

    private static void CaseManagement(CaseloadFacts facts, RuleEvaluation ruling)
    {
        if (facts.CaseManagementMinutes is not { } minutes || !ruling.Has(NcCaseManagement))
            return;
        var percent = ruling.Value(CaseManagementPercent);
        ruling.Judge(NcCaseManagement, facts.FteMinutes is { } fte ? minutes * 100L <= (long)percent * fte : null,
                $"{minutes} minutes of case management in {facts.FteMinutes} minutes of work, at most {percent} percent", Fact.Of("fteMinutes", facts.FteMinutes))
            .Remedy($"at most {(long?)percent * facts.FteMinutes / 100} minutes of case management");
    }

    private static void Teams(
        RuleId rule, Parameter<int> maxTeams, Parameter<int> minShare, (string Name, int? Count) part, (string Name, int? Count) whole, CaseloadFacts facts, RuleEvaluation ruling)
    {
        if (facts.TeamsAttached is not { } teams)
            return;
        var (most, percent) = (ruling.Value(maxTeams), ruling.Value(minShare));
        ruling.Judge(rule, Ternary.All(teams >= 1 && teams <= most, part.Count is { } p && whole.Count is { } w ? p * 100L >= (long)percent * w : null),
                $"attached to {teams} teams, {part.Count} of {whole.Count} people from them; 1 to {most} teams and at least {percent} percent needed",
                Fact.Of(part.Name, part.Count), Fact.Of(whole.Name, whole.Count))
            .Remedy($"1 to {most} teams that supply at least {percent} percent");
    }

    private static void SupervisorTime(CaseloadFacts facts, RuleEvaluation ruling)
    {
        int? needed = facts.SpecialistsSupervised is { } led
            ? (int)Math.Clamp((long)led * ruling.Value(PercentEach), ruling.Value(PercentMin), ruling.Value(PercentMax))
            : null;
        var given = facts.SupervisorIpsFtePercent;
        bool? met = (given, needed) switch
        {
            ({ } g, { } n) => g >= n,
            ({ } g, _) when g < ruling.Value(PercentMin) => false,
            _ => null,
        };
        ruling.Judge(LaSupervisorTime, met, $"{given} percent of full time for {facts.SpecialistsSupervised} specialists, at least {needed} needed",
                Fact.Of("specialistsSupervised", facts.SpecialistsSupervised), Fact.Of("supervisorIpsFtePercent", given))
            .Remedy($"supervisorIpsFtePercent of at least {needed ?? ruling.Value(PercentMin)}");
    }

    private static void Limit(RuleId rule, Parameter<int> max, string name, int? count, RuleEvaluation ruling)
    {
        if (!ruling.Has(rule))
            return;
        var limit = ruling.Value(max);
        ruling.Judge(rule, count is { } there ? there <= limit : null, $"{name} {count}, limit {limit}", Fact.Of(name, count)).Remedy($"{name} of at most {limit}");
        ruling.Answer("limit", limit);
        ruling.Answer("over", count is { } c ? Math.Max(0, c - limit) : null);
    }

    private static void Warn(int? count, int advised, RuleEvaluation ruling) => ruling.Answer("warning", count is { } there ? there > advised : null);
}
