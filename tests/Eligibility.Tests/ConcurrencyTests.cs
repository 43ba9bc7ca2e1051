using Grpc.Core;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What may exist once per person is made once, also when several callers make it at the same time; the others get a clear answer.</summary>
[Collection("eligibility")]
public sealed class ConcurrencyTests(EligibilityService service)
{
    [Fact]
    public async Task Of_concurrent_referrals_of_one_person_one_is_made()
    {
        var one = await PersonBuilder.Register(service);
        await OneOfEight(async () => await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider));
        Assert.Equal(1, await service.Count($"referrals where individual_id = '{one.Name[12..]}'"));
    }

    [Fact]
    public async Task Of_concurrent_first_career_profiles_of_one_person_one_is_made()
    {
        var one = await PersonBuilder.Register(service);
        await OneOfEight(async () => await one.CareerProfiles.CreateCareerProfileAsync(
            new() { Individual = one.Name, DatedOn = service.Day(), Content = new(), RequestId = EligibilityService.NewId() }, one.AsProvider));
        Assert.Equal(1, await service.Count($"career_profiles where individual_id = '{one.Name[12..]}'"));
    }

    [Fact]
    public async Task A_record_of_act_that_is_corrected_while_it_is_applied_counts_as_corrected()
    {
        for (var round = 0; round < 4; round++)
        {
            var one = await (await PersonBuilder.Register(service)).WithFacts();
            var approved = await one.ApprovedFor(-5, 60);
            var act = await one.Individuals.RecordFactAsync(
                new() { Individual = one.Name, Fact = Act(one, 10), RequestId = EligibilityService.NewId() }, one.AsProvider);
            var correction = Correct(one, act, 30);
            await Task.WhenAll([correction, .. Enumerable.Range(0, 4).Select(_ => Apply(one, act))]);
            await service.Everything();   // returns when the service has consumed its own events
            Assert.Equal(service.Day(29), (await one.Again(approved)).EndedThrough);
            Assert.Equal(1, await service.Count($"act_spans where individual_id = '{one.Name[12..]}' and started_on = '{service.Day(30)}'"));
        }
    }

    private async Task OneOfEight(Func<Task> make)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await make();
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));
        Assert.Equal([StatusCode.OK, .. Enumerable.Repeat(StatusCode.AlreadyExists, 7)], answers.Order());
    }

    private Task Apply(PersonBuilder one, Proto.Fact act) => service.Use<ActStarted>(use =>
        use.Handle(Guid.Parse(act.Name.Split('/')[^1]), new IndividualId(Guid.Parse(one.Name[12..])), EligibilityService.NewMessage(), default));

    private async Task Correct(PersonBuilder one, Proto.Fact act, int from) => await one.Individuals.CorrectFactAsync(
        new()
        {
            Name = act.Name,
            Etag = act.Etag,
            Fact = Act(one, from),
            Reason = Proto.CorrectionReason.EnteredByMistake,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);

    private Proto.Fact Act(PersonBuilder one, int from) => new()
    {
        OtherService = new() { Kind = Proto.OtherServiceKind.Act, Organization = $"organizations/{one.Provider}", From = service.Day(from) },
    };
}
