using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Admission under every program from recorded facts only, with the fact that changes each result.</summary>
[Collection("eligibility")]
public sealed class ProgramAdmissionTests(EligibilityService service)
{
    [Theory]
    [InlineData("nc-state",
        "NC-ELIG-001 NC-ELIG-002 NC-ELIG-003 NC-ELIG-004 NC-ELIG-005 NC-ELIG-006 NC-ELIG-007 NC-ELIG-009 NC-ELIG-012 NC-ELIG-013 NC-ELIG-014")]
    [InlineData("nc-core", "NC-ELIG-001 NCC-ELIG-001 NCC-ELIG-002 NCC-ELIG-003 NCC-ELIG-004 NCC-ELIG-006")]
    [InlineData("la-acla", "LA-ELIG-001 LA-ELIG-002 ACLA-ELIG-001 ACLA-ELIG-002 ACLA-EXCL-001 LA-EXCL-002")]
    [InlineData("la-lhcc", "LA-ELIG-001 LA-ELIG-002 LHCC-ELIG-001 LHCC-ELIG-002 LHCC-ELIG-003 LHCC-EXCL-001 LA-EXCL-002")]
    [InlineData("mo-dmh-vr", "MO-VR-002")]
    public async Task A_person_with_every_fact_is_admitted(string program, string rules)
    {
        var one = await Everything();
        var made = await one.Determined(program, service.Day());
        Assert.True(made.Decision.Verdict == Verdict.Met,
            string.Join('\n', made.Decision.Findings.Where(f => f.Verdict != Verdict.Met).Select(f => $"{f.RuleId}: {f.Reason} {f.MissingFacts}")));
        Assert.Equal(Proto.DeterminationState.Eligible, made.State);
        Assert.Empty(rules.Split(' ').Except(made.Decision.Findings.Select(f => f.RuleId)));
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task The_first_assessment_is_the_first_Career_Profile_in_30_days_from_admission_LA_SVC_009(string program)
    {
        var one = await Everything();
        Assert.Equal(Verdict.NeedsFacts, await Assessment(0));
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determined(program, service.Day())).State);
        Assert.Equal((Verdict.NeedsFacts, Verdict.Met, Verdict.NotMet), (await Assessment(-1), await Assessment(30), await Assessment(31)));
        await one.CareerProfiles.CreateCareerProfileAsync(CareerProfileTests.First(one, service.Day()), one.AsProvider);
        Assert.Equal((Verdict.Met, Verdict.Met), (await Assessment(30), await Assessment(31)));

        async Task<Verdict> Assessment(int day) => Assert.Single((await one.CareerProfiles.CheckDocumentationAsync(
            new() { Individual = one.Name, Program = program, AsOf = service.Day(day) }, one.AsProvider)).Findings, f => f.RuleId == "LA-SVC-009").Verdict;
    }

    [Theory]
    [InlineData("la-acla", 1, Verdict.NotMet)]
    [InlineData("la-acla", 2, Verdict.Met)]
    [InlineData("la-lhcc", 3, Verdict.Met)]
    [InlineData("la-lhcc", 4, Verdict.NotMet)]
    [InlineData("la-lhcc", 0, Verdict.NeedsFacts)]
    public async Task The_first_assessment_takes_two_or_three_sessions_LA_SVC_006(string program, int sessions, Verdict verdict)
    {
        var one = await Everything();
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determined(program, service.Day())).State);
        var request = CareerProfileTests.First(one, service.Day());
        request.Content.AssessmentSessions.AddRange(Enumerable.Repeat(service.Day(), sessions));
        var first = await one.CareerProfiles.CreateCareerProfileAsync(request, one.AsProvider);
        Assert.Equal(sessions, first.Content.AssessmentSessions.Count);
        Assert.Equal(verdict, await Sessions());

        // A session lies on or before the day of the version.
        Proto.ReviseCareerProfileRequest next = new()
        {
            Name = first.Name,
            Etag = first.Etag,
            DatedOn = service.Day(),
            Content = first.Content.Clone(),
            RequestId = EligibilityService.NewId(),
        };
        next.Content.AssessmentSessions.Add(service.Day(1));
        Assert.Equal([$"content.assessment_sessions[{sessions}]"],
            (await service.RefusedWithoutTrace(async () => await one.CareerProfiles.ReviseCareerProfileAsync(next, one.AsProvider))).Fields);

        // A later version without sessions leaves those that were listed.
        next.Content.AssessmentSessions.Clear();
        await one.CareerProfiles.ReviseCareerProfileAsync(next, one.AsProvider);
        Assert.Equal(verdict, await Sessions());

        async Task<Verdict> Sessions() => Assert.Single((await one.CareerProfiles.CheckDocumentationAsync(
            new() { Individual = one.Name, Program = program }, one.AsProvider)).Findings, f => f.RuleId == "LA-SVC-006").Verdict;
    }

    [Theory]
    [InlineData("la-acla", "LA-ELIG-002", "ACLA-ELIG-001", "ACLA-EXCL-001", "LA-EXCL-002")]
    [InlineData("la-lhcc", "LA-ELIG-002", "LHCC-EXCL-001", "LA-EXCL-002")]
    public async Task A_fact_that_is_not_recorded_is_unknown_and_never_a_no(string program, params string[] unknown)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var made = await one.Determined(program, service.Day());
        Assert.Equal(Verdict.NeedsFacts, made.Decision.Verdict);
        foreach (var rule in unknown)
            Assert.Equal(Verdict.NeedsFacts, Assert.Single(made.Decision.Findings, f => f.RuleId == rule).Verdict);
    }

    [Fact]
    public async Task A_service_of_the_rehabilitation_agency_counts_from_its_first_to_its_last_day_ACLA_EXCL_001_LHCC_EXCL_001()
    {
        var one = await Everything(lrs: false);
        var served = await one.Record(Records.Service(Proto.OtherServiceKind.Lrs, service.Day(-30), service.Day(-3)));
        Assert.Equal(Verdict.NeedsFacts, await VerdictFor(one, "la-lhcc", "LHCC-EXCL-001", -31));
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "la-lhcc", "LHCC-EXCL-001", -30));
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "la-acla", "ACLA-EXCL-001", -3));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-acla", "ACLA-EXCL-001", -2));

        // A correction of the last day moves the boundary.
        await one.Correct(served, Records.Service(Proto.OtherServiceKind.Lrs, service.Day(-30), service.Day(-2)));
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "la-acla", "ACLA-EXCL-001", -2));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-acla", "ACLA-EXCL-001", -1));
    }

    [Fact]
    public async Task My_Choice_counts_from_its_first_day_and_a_recommendation_by_its_author_LA_ELIG_002_ACLA_ELIG_001()
    {
        var one = await Everything();
        Assert.Equal(Verdict.NeedsFacts, await VerdictFor(one, "la-acla", "LA-ELIG-002", -41));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-acla", "LA-ELIG-002", -40));
        await one.Record(new() { MyChoice = new() { Status = Proto.MyChoiceStatus.None, From = service.Day(-1) } });
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "la-acla", "LA-ELIG-002", 0));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-acla", "LA-ELIG-002", -2));

        await one.Record(new() { Recommendation = new() { By = Proto.Recommender.Specialist, RecommendedOn = service.Day() } });
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "la-acla", "ACLA-ELIG-001", 0));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-acla", "ACLA-ELIG-001", -1));
    }

    [Fact]
    public async Task The_payer_decides_whether_a_diagnosis_qualifies_LHCC_ELIG_001()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Verdict.NeedsReview, await VerdictFor(one, "la-lhcc", "LHCC-ELIG-001", 0));
        var recorded = Assert.Single((await one.Read()).Diagnoses);
        var qualifying = recorded.Clone();
        (qualifying.Fact, qualifying.Etag, qualifying.Qualifying) = ("", "", true);
        Proto.Fact fact = new() { Name = recorded.Fact, Etag = recorded.Etag };
        var refused = await service.RefusedWithoutTrace(() => one.Correct(fact, new() { Diagnosis = qualifying }));
        Assert.Equal(["fact.diagnosis.qualifying"], refused.Fields);
        await one.Correct(fact, new() { Diagnosis = qualifying }, one.AsPayer);
        Assert.Equal(Verdict.Met, await VerdictFor(one, "la-lhcc", "LHCC-ELIG-001", 0));

        // The provider's later correction of the day keeps the payer's finding.
        var again = Assert.Single((await one.Read()).Diagnoses);
        var moved = again.Clone();
        moved.ClearQualifying();
        moved.DiagnosedOn = service.Day(-80);
        await one.Correct(new() { Name = again.Fact, Etag = again.Etag }, new() { Diagnosis = moved });
        Assert.True(Assert.Single((await one.Read()).Diagnoses).Qualifying);
    }

    [Fact]
    public async Task A_diagnosis_counts_from_its_day_to_its_last_day_NC_ELIG_004()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Verdict.NeedsFacts, await VerdictFor(one, "nc-state", "NC-ELIG-004", -91));
        Assert.Equal(Verdict.Met, await VerdictFor(one, "nc-state", "NC-ELIG-004", -90));
        var recorded = Assert.Single((await one.Read()).Diagnoses);
        var ended = recorded.Clone();
        ended.Through = service.Day(-20);
        await one.Correct(new() { Name = recorded.Fact, Etag = recorded.Etag }, new() { Diagnosis = ended });
        Assert.Equal(Verdict.Met, await VerdictFor(one, "nc-state", "NC-ELIG-004", -20));
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "nc-state", "NC-ELIG-004", -19));
    }

    [Theory]
    [InlineData("NC-DEF-003", Proto.DiagnosisClass.Spmi, 18)]
    [InlineData("NC-DEF-004", Proto.DiagnosisClass.Smi, 18)]
    [InlineData("NC-DEF-005", Proto.DiagnosisClass.Sed, 17)]
    public async Task A_class_counts_in_its_age_band_and_a_corrected_birth_date_moves_the_person_into_it(
        string definition, Proto.DiagnosisClass of, int countsAt)
    {
        var one = await PersonBuilder.Register(service);
        await one.Record(new() { Diagnosis = new() { Class = of, Primary = true } });
        var turns18 = DateOnly.Parse(service.Day(), System.Globalization.CultureInfo.InvariantCulture).AddYears(-18);
        foreach (var (age, birth) in new[] { (18, turns18), (17, turns18.AddDays(1)) })
        {
            await one.Individuals.CorrectIndividualAsync(new()
            {
                Name = one.Name,
                Etag = (await one.Read()).Etag,
                Particulars = new()
                {
                    GivenName = "Quillgiven",
                    FamilyName = "Quillfamily",
                    BirthDate = birth.Day(),
                    Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = one.Identifier } }
                },
                Reason = Proto.CorrectionReason.WrongValue,
                RequestId = EligibilityService.NewId(),
            }, one.AsProvider);
            var verdict = await VerdictFor(one, "nc-state", "NC-ELIG-004", 0);
            Assert.True(verdict == (age == countsAt ? Verdict.Met : Verdict.NotMet), $"{definition} at {age}: {verdict}");
        }
    }

    private async Task<Verdict> VerdictFor(PersonBuilder one, string program, string rule, int day) =>
        Assert.Single((await one.Determined(program, service.Day(day))).Decision.Findings, f => f.RuleId == rule).Verdict;

    /// <summary>A person aged 34 with every fact that any program requires.</summary>
    private async Task<PersonBuilder> Everything(bool lrs = true)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var intake = (await one.Read()).Intake.Clone();
        intake.NeedsMoreIntensiveSupports = true;
        await one.Correct(new() { Name = intake.Fact, Etag = intake.Etag }, new() { Intake = intake });
        await one.Record(new() { MyChoice = new() { Status = Proto.MyChoiceStatus.Diverted, From = service.Day(-40) } });
        await one.Record(new() { Recommendation = new() { By = Proto.Recommender.Lmhp, RecommendedOn = service.Day(-8) } });
        await one.Record(Records.Service(Proto.OtherServiceKind.RehabilitationAct, service.Day(-60), absent: true));
        await one.Record(Records.Service(Proto.OtherServiceKind.VrCase, service.Day(-60), absent: true));
        if (lrs)
            await one.Record(Records.Service(Proto.OtherServiceKind.Lrs, service.Day(-60), absent: true));
        await one.Record(new() { Diagnosis = new() { Class = Proto.DiagnosisClass.OtherMh, DiagnosedOn = service.Day(-60), Qualifying = true } }, one.AsPayer);
        return one;
    }
}
