using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Another party receives substance use disorder data only with a consent in force (42 CFR Part 2).</summary>
[Collection("eligibility")]
public sealed class ConsentTests(EligibilityService service)
{
    [Fact]
    public async Task Without_a_consent_the_payer_sees_the_rest_and_always_the_same_notice()
    {
        var one = await WithSud();
        var seen = await one.Read(one.AsPayer);
        Assert.Equal((true, Proto.DiagnosisClass.Spmi), (seen.SubstanceUseWithheld, Assert.Single(seen.Diagnoses).Class));
        Assert.DoesNotContain(await one.History(one.AsPayer), f => f.Diagnosis?.Class == Proto.DiagnosisClass.Sud);
        var own = await one.Read();
        Assert.Equal((false, 2), (own.SubstanceUseWithheld, own.Diagnoses.Count));

        var withoutConsent = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.True((await withoutConsent.Read(withoutConsent.AsPayer)).SubstanceUseWithheld);
    }

    [Fact]
    public async Task A_consent_covers_its_first_and_its_last_day_and_no_other()
    {
        var one = await WithSud();
        await one.Consent(service.Day(1), service.Day(9));
        Assert.True((await one.Read(one.AsPayer)).SubstanceUseWithheld);
        var two = await WithSud();
        await two.Consent(service.Day(-9), service.Day(-1));
        Assert.True((await two.Read(two.AsPayer)).SubstanceUseWithheld);
        var three = await WithSud();
        await three.Consent(service.Day(-9), service.Day());
        Assert.Equal((false, 2), ((await three.Read(three.AsPayer)).SubstanceUseWithheld, (await three.Read(three.AsPayer)).Diagnoses.Count));
        await one.Consent(service.Day(), service.Day());
        Assert.False((await one.Read(one.AsPayer)).SubstanceUseWithheld);
    }

    [Fact]
    public async Task A_consent_covers_only_its_recipient_and_purpose_and_nothing_after_its_revocation()
    {
        var one = await WithSud();
        await one.Consent(service.Day(-9), service.Day(9), EligibilityService.NewCode("payer"));
        await one.Consent(service.Day(-9), service.Day(9), purpose: Proto.ConsentPurpose.VocationalRehabilitation);
        Assert.True((await one.Read(one.AsPayer)).SubstanceUseWithheld);
        var consent = await one.Consent(service.Day(-9), service.Day(9), purpose: Proto.ConsentPurpose.Treatment);
        Assert.False((await one.Read(one.AsPayer)).SubstanceUseWithheld);

        Proto.RevokeConsentRequest revoke =
            new() { Name = consent.Name, Etag = consent.Etag, RevokedOn = service.Day(), RequestId = EligibilityService.NewId() };
        var revoked = await one.Individuals.RevokeConsentAsync(revoke, one.AsProvider);
        Assert.Equal((consent.Name, "2", service.Day()), (revoked.Name, revoked.Etag, revoked.RevokedOn));
        Assert.Equal((true, 1), ((await one.Read(one.AsPayer)).SubstanceUseWithheld, (await one.Read(one.AsPayer)).Diagnoses.Count));
        revoke.RequestId = EligibilityService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await one.Individuals.RevokeConsentAsync(revoke, one.AsProvider)))
            .Code);

        Assert.Equal(3, (await one.Individuals.ListConsentsAsync(new() { Individual = one.Name }, one.AsProvider)).Consents.Count);
        Assert.Equal(2, (await one.Individuals.ListConsentsAsync(new() { Individual = one.Name }, one.AsPayer)).Consents.Count);
        Assert.Equal(2, (await one.History()).Count(f => f.Consent?.Name == consent.Name));
    }

    [Fact]
    public async Task A_payer_receives_a_receipt_without_what_reveals_substance_use_and_whole_with_a_consent()
    {
        var one = await WithSud();
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Contains("SUD", made.Decision.ReceiptJson);
        var seen = await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, one.AsPayer);
        Assert.DoesNotContain("SUD", seen.ToString());
        Assert.Equal((made.State, made.Decision.Verdict, ""), (seen.State, seen.Decision.Verdict, seen.Decision.ReceiptJson));
        Assert.Equal(made.Decision.Findings.Select(f => (f.RuleId, f.Verdict)), seen.Decision.Findings.Select(f => (f.RuleId, f.Verdict)));
        var listed = await one.Determinations.ListDeterminationsAsync(new() { Individual = one.Name }, one.AsPayer);
        Assert.DoesNotContain("SUD", listed.ToString());
        var requested = one.Determination();
        requested.ValidateOnly = true;
        Assert.DoesNotContain("SUD", (await one.Determinations.DetermineAsync(requested, one.AsPayer)).ToString());
        var lhcc = one.Determination("la-lhcc");
        Assert.Contains("withheld",
            Assert.Single((await one.Determinations.DetermineAsync(lhcc, one.AsPayer)).Decision.Findings, f => f.RuleId == "LHCC-ELIG-002").Reason);

        // The finding that the severity is missing would also reveal the class.
        var unclear = await (await PersonBuilder.Register(service)).WithFacts();
        var sud = await unclear.Record(Records.Diagnosis(Proto.DiagnosisClass.Sud, service.Day(-50)));
        var spmi = Assert.Single((await unclear.Read()).Diagnoses, d => d.Fact != sud.Name);
        await unclear.Retract(spmi.Fact, spmi.Etag);
        Assert.Contains("severity", (await unclear.Determined("nc-state", service.Day())).Decision.Findings.Single(f => f.RuleId == "NC-ELIG-004")
            .MissingFacts.Single());
        var state = unclear.Determination("nc-state");
        Assert.Empty((await unclear.Determinations.DetermineAsync(state, unclear.AsPayer)).Decision.Findings.Single(f => f.RuleId == "NC-ELIG-004")
            .MissingFacts);

        await one.Consent(service.Day(), service.Day(30));
        Assert.Equal(made, await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, one.AsPayer));
    }

    [Fact]
    public async Task Dvrs_receives_no_diagnosis_with_or_without_a_consent()
    {
        var one = await WithSud();
        await one.Consent(service.Day(), service.Day(30), "nc-dvrs", Proto.ConsentPurpose.VocationalRehabilitation);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.DoesNotContain("SUD", (await one.Referrals.GetReferralAsync(new() { Name = referral.Name }, one.AsDvrs)).ToString());
        Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(() => one.Read(one.AsDvrs))).Code);
    }

    [Fact]
    public async Task A_referral_of_a_person_with_substance_use_is_sent_with_a_consent_for_the_agency_alone()
    {
        var one = await WithSud();
        async Task<Refusal> Refused(Func<Task> call) => await service.RefusedWithoutTrace(call);
        await one.Consent(service.Day(), service.Day(30), "mo-vr", Proto.ConsentPurpose.VocationalRehabilitation);
        await one.Consent(service.Day(), service.Day(30), "nc-dvrs");
        Assert.Equal(StatusCode.FailedPrecondition, (await Refused(async () => await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider))).Code);

        var offered = await one.Referrals.CreateReferralAsync(one.Referral(sent: false), one.AsProvider);
        Proto.SendReferralRequest Send() => new() { Name = offered.Name, Etag = offered.Etag, ReferralDate = service.Day(), RequestId = EligibilityService.NewId() };
        Assert.Equal(StatusCode.FailedPrecondition, (await Refused(async () => await one.Referrals.SendReferralAsync(Send(), one.AsProvider))).Code);
        await one.Consent(service.Day(), service.Day(30), "nc-dvrs", Proto.ConsentPurpose.VocationalRehabilitation);
        Assert.Equal(Proto.ReferralState.Referred, (await one.Referrals.SendReferralAsync(Send(), one.AsProvider)).State);
    }

    [Fact]
    public async Task Texts_are_withheld_from_a_payer_while_a_record_of_substance_use_exists_and_no_consent_covers_it()
    {
        var (one, plain) = (await WithSud(), await (await PersonBuilder.Register(service)).WithFacts());
        var profile = await one.CareerProfiles.CreateCareerProfileAsync(new()
        {
            Individual = one.Name,
            DatedOn = service.Day(),
            Content = new() { Strengths = "Patient" },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        async Task<string[]> Withheld(PersonBuilder person, Metadata? caller = null) =>
            [.. (await one.Individuals.CheckRedisclosureAsync(new() { Individuals = { person.Name } }, caller ?? person.AsPayer)).Withheld];
        async Task<(bool, string)> Strengths(Metadata caller)
        {
            var read = await one.CareerProfiles.GetCareerProfileAsync(new() { Name = profile.Name }, caller);
            var listed = Assert.Single((await one.CareerProfiles.ListCareerProfilesAsync(new() { Individual = one.Name }, caller)).CareerProfiles);
            var version = Assert.Single((await one.CareerProfiles.ListCareerProfileVersionsAsync(new() { Name = profile.Name }, caller)).Versions);
            Assert.Equal((read, read), (listed, version));
            return (read.ContentWithheld, read.Content?.Strengths ?? "");
        }

        Assert.Equal([one.Name], await Withheld(one));
        Assert.Empty(await Withheld(one, one.AsProvider));
        Assert.Empty(await Withheld(plain));
        Assert.Equal([plain.Name], await Withheld(plain, one.AsPayer));   // not this payer's
        Assert.Equal(((true, ""), (false, "Patient")), (await Strengths(one.AsPayer), await Strengths(one.AsProvider)));

        // Corrected away is not out of the texts.
        var sud = Assert.Single((await one.Read()).Diagnoses, d => d.Class == Proto.DiagnosisClass.Sud);
        await one.Retract(sud.Fact, sud.Etag);
        Assert.Equal([one.Name], await Withheld(one));
        await one.Consent(service.Day(), service.Day(30));
        Assert.Empty(await Withheld(one));
        Assert.Equal((false, "Patient"), await Strengths(one.AsPayer));
        Assert.Equal(["individuals"], (await EligibilityService.Refused(async () => await one.Individuals.CheckRedisclosureAsync(new(), one.AsPayer))).Fields);
    }

    [Fact]
    public async Task A_payer_sees_what_it_recorded_itself_and_cannot_change_what_it_may_not_see()
    {
        var one = await WithSud();
        var hidden = Assert.Single((await one.Read()).Diagnoses, d => d.Class == Proto.DiagnosisClass.Sud);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => one.Retract(hidden.Fact, hidden.Etag, one.AsPayer))).Code);
        await one.Record(Records.Diagnosis(Proto.DiagnosisClass.Sud, service.Day(-20)), one.AsPayer);
        var seen = await one.Read(one.AsPayer);
        Assert.Equal(service.Day(-20), Assert.Single(seen.Diagnoses, d => d.Class == Proto.DiagnosisClass.Sud).DiagnosedOn);
    }

    [Fact]
    public async Task Every_invalid_field_of_a_consent_is_named()
    {
        var one = await PersonBuilder.Register(service);
        var wrong = await service.RefusedWithoutTrace(async () => await one.Individuals.RecordConsentAsync(new()
        {
            Individual = one.Name,
            Consent = new() { Recipient = "no-one", From = service.Day(), Through = "never", DocumentSha256 = "ab" },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider));
        Assert.Equal(["consent.document_sha256", "consent.purposes", "consent.recipient", "consent.scopes", "consent.through"], wrong.Fields.Order());
        Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(async () =>
            await one.Individuals.RecordConsentAsync(new() { Individual = one.Name, RequestId = EligibilityService.NewId() }, one.AsPayer))).Code);
    }

    private async Task<PersonBuilder> WithSud()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await one.Record(Records.Diagnosis(Proto.DiagnosisClass.Sud, service.Day(-50), severity: Proto.DiagnosisSeverity.Severe));
        return one;
    }
}
