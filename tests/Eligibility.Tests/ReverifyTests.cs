using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Birthdays and ends of enrollment: what is evaluated again, and when it ends eligibility.</summary>
[Collection("eligibility")]
public sealed class ReverifyTests(EligibilityService service)
{
    [Fact]
    public async Task From_the_18th_birthday_sed_is_recorded_again_and_an_authorization_lasts_until_the_reauthorization_NC_DEF_004_NC_DEF_005()
    {
        var episode = await Admitted(EighteenInTenDays, Proto.DiagnosisClass.Sed);
        Assert.Equal(Verdict.Met, Assert.Single(episode.Now.Decision.Findings, f => f.RuleId == "NC-ELIG-004").Verdict);
        var dayBefore = await episode.Reverify(service.Day(9));
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Eligible), (EpisodeBuilder.Of(dayBefore, "NC-ELIG-004"), dayBefore.ToState));
        var birthday = await episode.Reverify(service.Day(10));
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.ReverifyDue), (EpisodeBuilder.Of(birthday, "NC-ELIG-004"), birthday.ToState));
        Assert.True((await episode.Verify(service.Day(10))).Eligible);

        var lapsed = await episode.Reverify(service.Day(91), Proto.ReverifyOccasion.Reauthorization);
        Assert.Equal((Proto.DeterminationState.Lapsed, service.Day(90)), (lapsed.ToState, lapsed.Determination.EligibleThrough));
        Assert.True((await episode.Verify(service.Day(90))).Eligible);
        Assert.False((await episode.Verify(service.Day(91))).Eligible);
    }

    [Fact]
    public async Task A_class_recorded_again_before_the_reauthorization_keeps_the_person_eligible()
    {
        var episode = await Admitted(EighteenInTenDays, Proto.DiagnosisClass.Sed);
        await episode.Reverify(service.Day(10));
        await Diagnose(episode.One, Proto.DiagnosisClass.Smi);
        var stated = await episode.Reverify(service.Day(91), Proto.ReverifyOccasion.Reauthorization);
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Eligible, ""),
            (EpisodeBuilder.Of(stated, "NC-ELIG-004"), stated.ToState, stated.Determination.EligibleThrough));
    }

    [Theory]
    [InlineData(0, Verdict.Met)]
    [InlineData(1, Verdict.NotMet)]
    public async Task The_16th_birthday_itself_qualifies_NC_ELIG_003_NCC_ELIG_001(int birthdayIn, Verdict verdict)
    {
        var one = await Young(Born(16, birthdayIn), Proto.DiagnosisClass.Sed);
        foreach (var (program, rule) in new[] { ("nc-state", "NC-ELIG-003"), ("nc-core", "NCC-ELIG-001") })
            Assert.Equal(verdict, Assert.Single((await one.Determinations.DetermineAsync(one.Determination(program), one.AsProvider)).Decision.Findings,
                f => f.RuleId == rule).Verdict);
    }

    [Theory]
    [InlineData(0, Verdict.Met)]
    [InlineData(1, Verdict.NotMet)]
    public async Task The_21st_birthday_itself_qualifies_in_louisiana_LA_ELIG_001(int birthdayIn, Verdict verdict)
    {
        var one = await Young(Born(21, birthdayIn), Proto.DiagnosisClass.Smi);
        foreach (var program in new[] { "la-acla", "la-lhcc" })
            Assert.Equal(verdict, Assert.Single((await one.Determinations.DetermineAsync(one.Determination(program), one.AsProvider)).Decision.Findings,
                f => f.RuleId == "LA-ELIG-001").Verdict);
    }

    [Fact]
    public async Task An_adult_with_sed_alone_and_a_child_with_smi_do_not_qualify_NC_DEF_003()
    {
        foreach (var (born, kind) in new[] { (Born(18, 0), Proto.DiagnosisClass.Sed), (Born(18, 1), Proto.DiagnosisClass.Spmi) })
        {
            var one = await Young(born, kind);
            Assert.Equal(Verdict.NotMet, Assert.Single((await one.Determinations.DetermineAsync(one.Determination("nc-state"), one.AsProvider))
                .Decision.Findings, f => f.RuleId == "NC-ELIG-004").Verdict);
        }
    }

    private string EighteenInTenDays => Born(18, 10);

    /// <summary>The birth date of a person who reaches an age in that many days.</summary>
    private string Born(int age, int birthdayIn) => DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(birthdayIn).AddYears(-age).Day();

    private async Task<EpisodeBuilder> Admitted(string birthDate, Proto.DiagnosisClass kind)
    {
        var one = await Young(birthDate, kind);
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(one.Determination("nc-state"), one.AsProvider));
        Assert.Equal(Proto.DeterminationState.Eligible, episode.Now.State);
        return episode;
    }

    /// <summary>Another person at the same agency with the same facts, except birth date and class.</summary>
    private async Task<PersonBuilder> Young(string birthDate, Proto.DiagnosisClass kind)
    {
        var one = await PersonBuilder.Register(service, birthDate: birthDate);
        await one.WithFacts(kind: kind);
        return one;
    }

    private static async Task Diagnose(PersonBuilder one, Proto.DiagnosisClass kind) => await one.Individuals.AddDiagnosisAsync(new()
    {
        Individual = one.Name,
        RequestId = EligibilityService.NewId(),
        Diagnosis = new() { Class = kind, Primary = true },
    }, one.AsProvider);
}
