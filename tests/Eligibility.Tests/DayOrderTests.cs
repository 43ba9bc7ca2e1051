using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What comes later does not lie before what came first and is on file: every such day of the contract has its case here.</summary>
[Collection("eligibility")]
public sealed class DayOrderTests(EligibilityService service)
{
    private static readonly Dictionary<string, (string Field, Func<EligibilityService, Task<Func<Task>>> Early)> Cases = new()
    {
        ["TerminateAuthorizationRequest.effective_on"] = ("effective_on", async s =>
        {
            var one = await (await PersonBuilder.Register(s)).WithFacts();
            var approved = await one.Approved();
            return async () => await one.Authorizations.TerminateAuthorizationAsync(new()
            {
                Name = approved.Name,
                Etag = approved.Etag,
                Reason = Proto.TerminationReason.ProviderChanged,
                EffectiveOn = s.Day(-1),
                RequestId = NewId(),
            }, one.AsPayer);
        }
        ),
        ["CancelAuthorizationRequest.from_day"] = ("from_day", async s =>
        {
            var one = await (await PersonBuilder.Register(s)).WithFacts();
            var approved = await one.Approved();
            return async () => await one.Authorizations.CancelAuthorizationAsync(
                new() { Name = approved.Name, Etag = approved.Etag, FromDay = s.Day(-1), RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["FileAppealRequest.requested_on"] = ("requested_on", async s =>
        {
            var one = await (await PersonBuilder.Register(s)).WithFacts();
            var denied = await one.Authorizations.DecideAuthorizationAsync(
                PersonBuilder.Ruling(await one.Requested(), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
            return async () => await one.Appeals.FileAppealAsync(new()
            {
                Authorization = denied.Name,
                Kind = Proto.AppealKind.Appeal,
                Filer = Proto.AppealFiler.Provider,
                RequestedOn = s.Day(-1),
                Reason = "It is needed",
                RequestId = NewId(),
            }, one.AsProvider);
        }
        ),
        ["RecordHearingOutcomeRequest.decided_on"] = ("decided_on", async s =>
        {
            var (one, upheld) = await Upheld(s);
            var requested = await one.Appeals.RequestFairHearingAsync(
                new() { Name = upheld.Name, Etag = upheld.Etag, RequestedOn = s.Day(), RequestId = NewId() }, one.AsProvider);
            return async () => await one.Appeals.RecordHearingOutcomeAsync(new()
            {
                Name = requested.Name,
                Etag = requested.Etag,
                Outcome = Proto.HearingOutcome.Upheld,
                DecidedOn = s.Day(-1),
                RequestId = NewId(),
            }, one.AsPayer);
        }
        ),
        ["RequestFairHearingRequest.requested_on"] = ("requested_on", async s =>
        {
            var (one, upheld) = await Upheld(s);
            return async () => await one.Appeals.RequestFairHearingAsync(
                new() { Name = upheld.Name, Etag = upheld.Etag, RequestedOn = s.Day(-1), RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["RenewAuthorizationRequest.requested_through"] = ("requested_through", async s =>
        {
            var one = await (await PersonBuilder.Register(s)).WithFacts();
            var approved = await one.ApprovedFor(-20, 20);
            return async () => await one.Authorizations.RenewAuthorizationAsync(
                new() { Name = approved.Name, Etag = approved.Etag, RequestedThrough = s.Day(20), RequestedUnits = 1, RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["ReviseCareerProfileRequest.dated_on"] = ("dated_on", async s =>
        {
            var one = await PersonBuilder.Register(s);
            Proto.CareerProfileContent content = new() { Goals = { "Baker" } };
            var profile = await one.CareerProfiles.CreateCareerProfileAsync(
                new() { Individual = one.Name, DatedOn = s.Day(-3), Content = content, RequestId = NewId() }, one.AsProvider);
            return async () => await one.CareerProfiles.ReviseCareerProfileAsync(
                new() { Name = profile.Name, Etag = profile.Etag, DatedOn = s.Day(-4), Content = content, RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["ReverifyRequest.as_of"] = ("as_of", Episode((e, s) => e.Reverify(s.Day(-1)))),
        ["ReviewContinuedServiceRequest.as_of"] = ("as_of", Episode((e, s) => e.Continue(new() { AsOf = s.Day(-1) }))),
        ["DischargeRequest.discharge_date"] = ("discharge_date", Episode((e, s) =>
        {
            var request = EpisodeBuilder.OwnRequest();
            request.DischargeDate = s.Day(-1);
            return e.Discharge(request);
        })),
        ["RevokeConsentRequest.revoked_on"] = ("revoked_on", async s =>
        {
            var one = await PersonBuilder.Register(s);
            var consent = await one.Consent(s.Day(-9), s.Day(9));
            return async () => await one.Individuals.RevokeConsentAsync(
                new() { Name = consent.Name, Etag = consent.Etag, RevokedOn = s.Day(-10), RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["SendReferralRequest.referral_date"] = ("referral_date", async s =>
        {
            var one = await PersonBuilder.Register(s);
            var offered = await one.Referrals.CreateReferralAsync(one.Referral(sent: false), one.AsProvider);
            return async () => await one.Referrals.SendReferralAsync(
                new() { Name = offered.Name, Etag = offered.Etag, ReferralDate = s.Day(-1), RequestId = NewId() }, one.AsProvider);
        }
        ),
        ["RecordFirstContactRequest.on"] = ("on", async s =>
        {
            Proto.IntakeReferrals.IntakeReferralsClient intake = new(s.Channel);
            var provider = EligibilityService.NewCode("agency");
            var received = await intake.ReceiveIntakeReferralAsync(new()
            {
                Provider = $"organizations/{provider}",
                Content = new()
                {
                    Source = Proto.IntakeSource.Self,
                    Program = "nc-core",
                    Person = new() { GivenName = "Quillgiven", FamilyName = "Quillfamily" },
                },
                ReceivedOn = s.Day(-2),
                RequestId = NewId(),
            }, s.As(Roles.Provider, provider));
            return async () => await intake.RecordFirstContactAsync(new()
            {
                Name = received.Name,
                Etag = received.Etag,
                On = s.Day(-3),
                Channel = Proto.ContactChannel.Phone,
                Role = Contracts.Common.V1.StaffRole.Esp,
                RequestId = NewId(),
            }, s.As(Roles.Provider, provider));
        }
        ),
        ["AcknowledgeReferralRequest.acknowledged_on"] = ("acknowledged_on", Sent((one, referral, s) => one.Referrals.AcknowledgeReferralAsync(
            new() { Name = referral, MessageId = NewId(), AcknowledgedOn = s.Day(-1) }, one.AsDvrs).ResponseAsync)),
        ["RecordDvrsDecisionRequest.decided_on"] = ("decided_on", Sent((one, referral, s) => Decide(one, referral, s.Day(-1)))),
        ["CorrectDvrsDecisionRequest.decided_on"] = ("decided_on", Sent(async (one, referral, s) =>
        {
            await Decide(one, referral, s.Day());
            await one.Referrals.CorrectDvrsDecisionAsync(
                new() { Name = referral, MessageId = NewId(), Outcome = Proto.DvrsOutcome.Ineligible, DecidedOn = s.Day(-1), Reason = "typed" }, one.AsDvrs);
        })),
        ["RecordVrPlanRequest.plan_from"] = ("plan_from", Sent(async (one, referral, s) =>
        {
            await Decide(one, referral, s.Day());
            await one.Referrals.RecordVrPlanAsync(new() { Name = referral, MessageId = NewId(), PlanFrom = s.Day(-1) }, one.AsDvrs);
        })),
        ["RecordVrAuthorizationRequest.valid_from"] = ("valid_from", Sent(async (one, referral, s) =>
        {
            await Decide(one, referral, s.Day());
            await one.Referrals.RecordVrAuthorizationAsync(new()
            {
                Name = referral,
                MessageId = NewId(),
                Number = NewId(),
                Milestone = 3,
                AmountUsd = "100.00",
                ValidFrom = s.Day(-1),
                ValidThrough = s.Day(30),
            }, one.AsDvrs);
        })),
        ["RecordDvrsClosureRequest.closed_on"] = ("closed_on", Sent(async (one, referral, s) =>
        {
            await Decide(one, referral, s.Day());
            await one.Referrals.RecordDvrsClosureAsync(new() { Name = referral, MessageId = NewId(), ClosedOn = s.Day(-1) }, one.AsDvrs);
        })),
    };

    public static TheoryData<string> Days => [.. Cases.Keys];

    [Fact]
    public void Every_such_day_has_a_case() => Assert.Equal(DaysOfRequests.AfterOthers("ips.eligibility.v1").Order(), Cases.Keys.Order());

    [Theory, MemberData(nameof(Days))]
    public async Task A_day_before_the_earlier_one_on_file_is_refused(string day)
    {
        var (field, early) = Cases[day];
        var call = await early(service);
        var refused = await EligibilityService.Refused(call);
        Assert.Equal((StatusCode.InvalidArgument, field), (refused.Code, Assert.Single(refused.Fields)));
        Assert.Contains("lies before", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A consent that is given ahead has no day before which it could be revoked.</summary>
    [Fact]
    public async Task A_consent_that_has_not_begun_may_be_revoked()
    {
        var one = await PersonBuilder.Register(service);
        var consent = await one.Consent(service.Day(5), service.Day(9));
        var revoked = await one.Individuals.RevokeConsentAsync(
            new() { Name = consent.Name, Etag = consent.Etag, RevokedOn = service.Day(), RequestId = NewId() }, one.AsProvider);
        Assert.Equal(service.Day(), revoked.RevokedOn);
    }

    private static string NewId() => EligibilityService.NewId();

    private static async Task<(PersonBuilder One, Proto.Appeal Appeal)> Upheld(EligibilityService s)
    {
        var one = await (await PersonBuilder.Register(s, funding: Contracts.Common.V1.Funding.Medicaid)).WithFacts();
        var denied = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await one.Requested(Proto.AuthorizationKind.Ips, 40), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
        var appeal = await one.Appeals.FileAppealAsync(new()
        {
            Authorization = denied.Name,
            Kind = Proto.AppealKind.Appeal,
            Filer = Proto.AppealFiler.Individual,
            RequestedOn = s.Day(),
            Reason = "It is needed",
            RequestId = NewId(),
        }, one.AsProvider);
        return (one, await one.Appeals.DecideAppealAsync(new()
        {
            Name = appeal.Name,
            Etag = appeal.Etag,
            Outcome = Proto.AppealOutcome.Uphold,
            Reason = "The rule is not met",
            RuleId = "NC-AUTH-011",
            RequestId = NewId(),
        }, one.AsReviewer));
    }

    private static Task Decide(PersonBuilder one, string referral, string day) => one.Referrals.RecordDvrsDecisionAsync(
        new() { Name = referral, MessageId = NewId(), Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = day }, one.AsDvrs).ResponseAsync;

    private static Func<EligibilityService, Task<Func<Task>>> Episode(Func<EpisodeBuilder, EligibilityService, Task> step) => async s =>
    {
        var episode = await EpisodeBuilder.Eligible(s);
        return () => step(episode, s);
    };

    private static Func<EligibilityService, Task<Func<Task>>> Sent(Func<PersonBuilder, string, EligibilityService, Task> message) => async s =>
    {
        var one = await PersonBuilder.Register(s);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        return () => message(one, referral.Name, s);
    };
}
