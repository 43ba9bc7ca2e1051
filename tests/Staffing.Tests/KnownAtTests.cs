using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A service of its own whose clock moves a minute with every act: the gate answers later what it answered then.</summary>
[AnsweredRule.Named]
public sealed class KnownAtTests(StaffingService service) : IClassFixture<StaffingService>
{
    private static readonly int[] Days = [-12, -5, -1, 0, 1];

    [Fact]
    public async Task Every_answer_of_the_gate_in_Louisiana_is_given_again_as_of_its_instant()
    {
        var agency = await Agency.Register(service, "la-acla");
        var family = "Q" + string.Concat(Guid.CreateVersion7().ToString("N")[^10..].Select(c => (char)('A' + Convert.ToInt32(c.ToString(), 16))));
        var member = "";
        Proto.Experience? span = null;
        Proto.Clearance? test = null;
        Proto.RoleAssignment? role = null;
        await GivenAgain(agency, () => member,
            async () => member = await agency.Hire(-10, r => r.Particulars = new() { GivenName = "Anna", FamilyName = family, BirthDate = "1980-02-03", Licensed = true }),
            async () => role = await agency.Assign(member, StaffRole.Esp),
            async () => span = await agency.Worked(member, "2022-01-01", "2024-12-31", Proto.ExperienceKind.PaidWork, Proto.ExperienceKind.SevereMentalIllness),
            async () => test = await agency.Cleared(member, Proto.ClearanceKind.Tuberculosis, -11),
            async () => await agency.ClearedForHire(member, -10, tuberculosis: 2),
            async () => await agency.Clearances.WithdrawClearanceAsync(
                new() { Name = test!.Name, Reason = Proto.CorrectionReason.WrongPerson, RequestId = StaffingService.NewId() }, agency.Own),
            async () => await ExclusionListTests.Import(agency, ExclusionListTests.File(ExclusionListTests.Line(family, "ANNA", dob: "19800203"))),
            () => Answer(agency, member, Proto.ExclusionHitState.Confirmed, service.Day(-3)),
            () => Answer(agency, member, Proto.ExclusionHitState.Cleared, ""),
            async () => await agency.Staff.WithdrawStaffRecordAsync(
                new() { StaffMember = member, RecordId = span!.Id, Reason = Proto.CorrectionReason.TypingError, RequestId = StaffingService.NewId() }, agency.Own),
            async () => await agency.Worked(member, "2023-01-01", "2024-12-31", Proto.ExperienceKind.PaidWork, Proto.ExperienceKind.SevereMentalIllness),
            async () => await Correct(agency, member, r => r.HireDate = service.Day(-20)),
            async () => await Correct(agency, member, r => r.Education = Proto.Education.None),
            async () => await agency.Staff.EndRoleAsync(
                new() { StaffMember = member, RoleId = role!.Id, Through = service.Day(-2), RequestId = StaffingService.NewId() }, agency.Own),
            async () => await agency.Assign(member, StaffRole.TeamLead, -1),
            async () => await agency.Staff.SeparateStaffMemberAsync(new()
            {
                StaffMember = member,
                LastDay = service.Day(-1),
                Reason = Proto.SeparationReason.Resigned,
                Etag = (await agency.Get(member)).Etag,
                RequestId = StaffingService.NewId(),
            }, agency.Own));
    }

    [Fact]
    public async Task Every_answer_of_the_gate_in_North_Carolina_is_given_again_as_of_its_instant()
    {
        var agency = await Agency.Register(service);
        var member = "";
        Proto.Credential? credential = null;
        Proto.Completion? course = null;
        await GivenAgain(agency, () => member,
            async () => member = await agency.Hire(-100),
            async () => await agency.Assign(member, StaffRole.Esp, -100),
            async () => credential = await agency.Staff.AddCredentialAsync(new()
            {
                StaffMember = member,
                Credential = new() { Type = Proto.CredentialType.Cesp, ValidFrom = service.Day(-300), ValidThrough = service.Day(-5) },
                RequestId = StaffingService.NewId(),
            }, agency.Own),
            async () => await agency.Staff.VerifyCredentialAsync(new()
            {
                StaffMember = member,
                CredentialId = credential!.Id,
                VerifiedOn = service.Day(),
                VerifiedAt = "register",
                ValidThrough = service.Day(300),
                RequestId = StaffingService.NewId(),
            }, agency.Own),
            async () => course = await agency.Training.RecordCompletionAsync(new()
            {
                StaffMember = member,
                Completion = new() { Course = Proto.TrainingCourse.Ips101, CompletedOn = service.Day(-90) },
                RequestId = StaffingService.NewId(),
            }, agency.Own),
            async () => await agency.Training.WithdrawCompletionAsync(new() { StaffMember = member, CompletionId = course!.Id, RequestId = StaffingService.NewId() }, agency.Own),
            async () => await agency.Staff.WithdrawStaffRecordAsync(
                new() { StaffMember = member, RecordId = credential!.Id, Reason = Proto.CorrectionReason.WrongPerson, RequestId = StaffingService.NewId() }, agency.Own));
    }

    [Fact]
    public async Task What_was_not_on_file_yet_is_not_found_and_the_future_is_not_known()
    {
        var agency = await Agency.Register(service);
        var before = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var member = await agency.Member(StaffRole.Esp);
        Assert.Equal(StatusCode.NotFound, (await StaffingService.Refused(() => Verify(agency, member, 0, before))).Code);
        var ahead = await StaffingService.Refused(() => Verify(agency, member, 0, service.Clock.GetUtcNow().AddMinutes(1)));
        Assert.Equal((StatusCode.InvalidArgument, "known_at"), (ahead.Code, Assert.Single(ahead.Fields)));
    }

    /// <summary>Does one act after the other, and asks after all of them for what was known after each: one by one, and as a stream.</summary>
    private async Task GivenAgain(Agency agency, Func<string> member, params Func<Task>[] acts)
    {
        List<(DateTimeOffset At, int Day, Proto.Qualification Answer)> given = [];
        foreach (var act in acts)
        {
            service.Clock.Advance(TimeSpan.FromMinutes(1));
            await act();
            foreach (var day in Days)
                given.Add((service.Clock.GetUtcNow(), day, await Verify(agency, member(), day)));
        }

        service.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var (at, day, answer) in given)
            Assert.Equal((at, day, answer), (at, day, await Verify(agency, member(), day, at)));
        // Every act moved an answer, so that a record which ignores the instant fails.
        Assert.All(given.Chunk(Days.Length).Zip(given.Chunk(Days.Length).Skip(1)), pair =>
            Assert.NotEqual(pair.First.Select(g => g.Answer), pair.Second.Select(g => g.Answer)));

        using var call = agency.Staff.VerifyQualificationBatch(agency.Own);
        foreach (var (at, day, _) in given)
            await call.RequestStream.WriteAsync(new() { Verify = Request(agency, member(), day, at) });
        await call.RequestStream.CompleteAsync();
        foreach (var (at, day, answer) in given)
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal((at, day, answer), (at, day, call.ResponseStream.Current.Qualification));
        }
    }

    private static async Task Answer(Agency agency, string member, Proto.ExclusionHitState state, string known)
    {
        var hit = Assert.Single((await agency.Clearances.ListExclusionHitsAsync(new() { StaffMember = member }, agency.Own)).ExclusionHits);
        await agency.Clearances.AnswerExclusionHitAsync(new()
        {
            Name = hit.Name,
            Answer = state,
            Reason = Proto.ExclusionHitReason.VerifiedAtList,
            KnownOn = known,
            Etag = hit.Etag,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
    }

    private static async Task Correct(Agency agency, string member, Action<Proto.CorrectStaffMemberRequest> with)
    {
        Proto.CorrectStaffMemberRequest request = new()
        {
            Name = member,
            Etag = (await agency.Get(member)).Etag,
            Reason = Proto.CorrectionReason.NewEvidence,
            RequestId = StaffingService.NewId(),
        };
        with(request);
        await agency.Staff.CorrectStaffMemberAsync(request, agency.Own);
    }

    private async Task<Proto.Qualification> Verify(Agency agency, string member, int day, DateTimeOffset? at = null) =>
        await agency.Staff.VerifyQualificationAsync(Request(agency, member, day, at), agency.Own);

    private Proto.VerifyQualificationRequest Request(Agency agency, string member, int day, DateTimeOffset? at) =>
        new() { StaffMember = member, Program = agency.Program, ServiceDate = service.Day(day), KnownAt = at?.ToTimestamp() };
}
