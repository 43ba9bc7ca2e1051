using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Every change of a span of coverage is published with its state: other services know from it which payer sees which person.</summary>
[Collection("eligibility")]
public sealed class CoverageEventTests(EligibilityService service)
{
    [Fact]
    public async Task A_recorded_corrected_and_retracted_enrollment_is_published_with_its_state()
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal($"{one.Payer} {service.Day(-120)} open false", await Published(one.Name));
        var second = EligibilityService.NewCode("payer");
        var span = await one.Record(Enrollment(second, -10));
        var shorter = await one.Correct(span, Enrollment(second, -10, through: 20));
        var later = await one.Correct(shorter, Enrollment(second, -5, through: 20));
        await one.Retract(later.Name, later.Etag);
        await one.Record(Records.Service(Proto.OtherServiceKind.VrCase, service.Day()));
        Assert.Equal(
            string.Join(", ",
                $"{one.Payer} {service.Day(-120)} open false",
                $"{second} {service.Day(-10)} open false",
                $"{second} {service.Day(-10)} {service.Day(20)} false",
                $"{second} {service.Day(-10)} open true",
                $"{second} {service.Day(-5)} {service.Day(20)} false",
                $"{second} {service.Day(-5)} open true"),
            await Published(one.Name));
    }

    [Fact]
    public async Task Two_enrollments_of_one_payer_that_begin_on_one_day_are_one_span_until_both_are_retracted()
    {
        var one = await PersonBuilder.Register(service);
        var second = await one.Record(Enrollment(one.Payer, -120, through: 9));
        Assert.EndsWith($"{one.Payer} {service.Day(-120)} open false", await Published(one.Name), StringComparison.Ordinal);
        var first = Assert.Single((await one.Read()).Enrollments, e => e.Funding == Funding.State);
        await one.Retract(first.Fact, first.Etag);
        Assert.EndsWith($"{one.Payer} {service.Day(-120)} {service.Day(9)} false", await Published(one.Name), StringComparison.Ordinal);
        await one.Retract(second.Name, second.Etag);
        Assert.EndsWith($"{one.Payer} {service.Day(-120)} open true", await Published(one.Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_merge_both_names_have_the_coverage_and_its_changes()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await PersonBuilder.Register(service, provider: survivor.Provider);
        await survivor.Individuals.MergeIndividualsAsync(new()
        {
            Survivor = survivor.Name,
            Etag = (await survivor.Read()).Etag,
            Merged = merged.Name,
            MergedEtag = (await merged.Read()).Etag,
            RequestId = EligibilityService.NewId(),
        }, survivor.AsProvider);
        foreach (var name in new[] { survivor.Name, merged.Name })
        {
            var published = await Published(name);
            Assert.Contains($"{survivor.Payer} {service.Day(-120)} open false", published, StringComparison.Ordinal);
            Assert.Contains($"{merged.Payer} {service.Day(-120)} open false", published, StringComparison.Ordinal);
        }

        var mistake = Assert.Single((await survivor.Read()).Enrollments, e => e.Payer == $"organizations/{merged.Payer}");
        await survivor.Retract(mistake.Fact, mistake.Etag);
        foreach (var name in new[] { survivor.Name, merged.Name })
            Assert.EndsWith($"{merged.Payer} {service.Day(-120)} open true", await Published(name), StringComparison.Ordinal);
    }

    private Proto.Fact Enrollment(string payer, int from, int? through = null) => new()
    {
        Enrollment = new()
        {
            Payer = $"organizations/{payer}",
            From = service.Day(from),
            Through = through is { } days ? service.Day(days) : "",
            Funding = Funding.Medicaid,
        },
    };

    private async Task<string> Published(string name) => (string)(await service.Scalar(
        $"""
        select string_agg(concat_ws(' ', body->>'payer', body->>'from', coalesce(body->>'through', 'open'), body->>'retracted'), ', ' order by sequence)
        from outbox_rows where subject = '{name}' and type = 'ips.eligibility.coverage-moved.v1'
        """))!;
}
