using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Platform.Privacy;
using Ips.Staffing.StaffMembers;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Particulars, corrections, verified credentials, shares of full time, and the end of an employment.</summary>
[Collection("staffing")]
public sealed class StaffRecordTests(StaffingService service)
{
    [Fact]
    public async Task Staff_are_found_by_their_provider_identifier_by_their_own_agency_alone()
    {
        const string Npi = "1003000126";
        var (agency, other) = (await Agency.Register(service), await Agency.Register(service));
        await agency.Hire();
        var member = await agency.Hire(with: r => r.Particulars = new() { Npi = Npi });
        var namesake = await other.Hire(with: r => r.Particulars = new() { Npi = Npi });
        Assert.Equal(member, Assert.Single((await agency.Staff.ListStaffAsync(new() { Npi = Npi }, agency.Own)).Staff).Name);
        Assert.Equal(namesake, Assert.Single((await other.Staff.ListStaffAsync(new() { Npi = Npi }, other.Own)).Staff).Name);
        Assert.Empty((await agency.Staff.ListStaffAsync(new() { Npi = "1003000134" }, agency.Own)).Staff);
        Assert.Empty((await agency.Staff.ListStaffAsync(new() { Npi = Npi, Provider = other.Name }, agency.Own)).Staff);
        var refused = await StaffingService.Refused(async () => await agency.Staff.ListStaffAsync(new() { Npi = Npi }, service.As(Roles.Mco, "alliance")));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
    }

    [Fact]
    public async Task A_number_that_follows_another_counts_from_its_day_and_one_in_the_place_of_a_wrong_one_on_every_day()
    {
        const string First = "1003000126", Next = "1003000134", Wrong = "1003000142";
        var agency = await Agency.Register(service);
        var member = await agency.Hire(with: r => r.Particulars = new() { Npi = First });
        await Corrected(new() { Npi = Next, NpiFrom = service.Day(10) });
        Assert.Equal((Next, service.Day(10)), ((await agency.Get(member)).Particulars.Npi, (await agency.Get(member)).Particulars.NpiFrom));
        Assert.Equal("110", await Found(First));
        Assert.Equal("001", await Found(Next));
        // What was recorded without a day was wrong.
        await Corrected(new() { Npi = Wrong });
        Assert.Equal("000", await Found(Next));
        Assert.Equal("001", await Found(Wrong));
        Assert.Equal("110", await Found(First));
        var refused = await service.RefusedWithoutTrace(async () => await agency.Staff.CorrectStaffMemberAsync(await Correction(new() { NpiFrom = service.Day() }), agency.Own));
        Assert.Equal("particulars.npi_from", Assert.Single(refused.Fields));
        refused = await StaffingService.Refused(async () => await agency.Staff.ListStaffAsync(new() { NpiOn = service.Day() }, agency.Own));
        Assert.Equal("npi_on", Assert.Single(refused.Fields));

        async Task Corrected(Proto.StaffParticulars particulars) => await agency.Staff.CorrectStaffMemberAsync(await Correction(particulars), agency.Own);
        async Task<Proto.CorrectStaffMemberRequest> Correction(Proto.StaffParticulars particulars) => new()
        {
            Name = member,
            Etag = (await agency.Get(member)).Etag,
            Reason = Proto.CorrectionReason.TypingError,
            Particulars = particulars,
            RequestId = StaffingService.NewId(),
        };

        // Today, on the last day before the tenth, and on it.
        async Task<string> Found(string npi)
        {
            var found = "";
            foreach (var day in new[] { "", service.Day(9), service.Day(10) })
                found += (await agency.Staff.ListStaffAsync(new() { Npi = npi, NpiOn = day }, agency.Own)).Staff.Any(s => s.Name == member) ? "1" : "0";
            return found;
        }
    }

    [Fact]
    public async Task A_row_from_before_there_were_keys_of_numbers_is_found_and_the_rotation_of_keys_gives_it_its_keys()
    {
        const string Npi = "1003000126";
        var agency = await Agency.Register(service);
        var (with, without) = (await agency.Hire(with: r => r.Particulars = new() { Npi = Npi }), await agency.Hire());
        Assert.Equal(1, await Keys(with));
        await service.Scalar("update staff set npi_keys = null where provider = '" + agency.Code + "' returning 1");
        Assert.Equal([with], (await agency.Staff.ListStaffAsync(new() { Npi = Npi }, agency.Own)).Staff.Select(s => s.Name));
        Assert.True(await Rotated() > 0);
        Assert.Equal((1, 0), (await Keys(with), await Keys(without)));
        Assert.Equal([with], (await agency.Staff.ListStaffAsync(new() { Npi = Npi }, agency.Own)).Staff.Select(s => s.Name));
        // A key of another ring goes.
        await service.Scalar($"update staff set npi_keys = array['old', npi_keys[1]] where id = '{with[6..]}' returning 1");
        await Rotated();
        Assert.Equal((1, 0L), (await Keys(with), await Rotated()));

        async Task<int> Keys(string member) => (int)(await service.Scalar($"select cardinality(npi_keys) from staff where id = '{member[6..]}'"))!;
        async Task<long> Rotated()
        {
            var changed = 0L;
            await service.Use<IEnumerable<IRotatesHashes>>(async all =>
            {
                foreach (var hashes in all)
                    changed += await hashes.Rotate(CancellationToken.None);
            });
            return changed;
        }
    }

    [Fact]
    public async Task A_record_whose_employment_ended_long_ago_loses_what_identifies_the_person()
    {
        var agency = await Agency.Register(service);
        var (gone, here) = (await agency.Hire(-300), await agency.Hire(-300));
        await agency.Staff.SeparateStaffMemberAsync(new()
        {
            StaffMember = gone,
            LastDay = service.Day(-10),
            Etag = (await agency.Get(gone)).Etag,
            Reason = Proto.SeparationReason.Resigned,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        var now = service.Clock.GetUtcNow();
        // The last day of work counts, and the day on which it was recorded.
        Assert.Equal("Quillstaff", await After(now.AddDays(-10)));
        Assert.Equal("", await After(now.AddDays(1)));
        Assert.Equal("Quillstaff", (await agency.Get(here)).DisplayName);
        Assert.Equal(service.Day(-10), (await agency.Get(gone)).SeparationDate);
        Assert.Equal(1, await service.Count($"swept_rows where table_name = 'staff' and row::text like '%{gone[6..]}%'"));

        async Task<string> After(DateTimeOffset before)
        {
            await service.Use<IEnumerable<IRetiresRecords>>(async all =>
            {
                foreach (var records in all)
                    await records.Retire(before, now, CancellationToken.None);
            });
            return (await agency.Get(gone)).DisplayName;
        }
    }

    private const string Npi = "1234567893";

    [Theory]
    [InlineData(Npi, true)]
    [InlineData("1234567890", false)]
    [InlineData("1245319599", true)]
    [InlineData("123456789", false)]
    [InlineData("123456789a", false)]
    [InlineData("", false)]
    public void An_NPI_has_a_check_digit(string npi, bool valid) => Assert.Equal(valid, StaffIdentity.IsNpi(npi));

    [Fact]
    public async Task Particulars_are_encrypted_and_a_payer_of_the_network_does_not_see_them()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(with: r => r.Particulars = new()
        {
            GivenName = "Ottoline",
            FamilyName = "Quarrymoss",
            BirthDate = "1988-04-05",
            Npi = Npi,
            Licensed = false,
        });
        var own = (await agency.Get(member)).Particulars;
        Assert.Equal(("Ottoline", "Quarrymoss", "1988-04-05", Npi, true), (own.GivenName, own.FamilyName, own.BirthDate, own.Npi, own.HasLicensed));
        foreach (var table in new[] { "staff", "outbox_rows", "answered_requests", "staff_corrections", "audit_entries" })
            Assert.Equal(0, await service.Count($"{table} t where t::text ilike '%Quarrymoss%' or t::text like '%{Npi}%' or t::text like '%1988-04-05%'"));

        var payer = StaffingService.NewCode("payer");
        await agency.Organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = payer,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "A payer", Kind = Proto.OrganizationKind.Payer, Programs = { "nc-core" } },
        }, agency.Ops);
        await new Proto.Contracts.ContractsClient(service.Channel).CreateContractAsync(new()
        {
            RequestId = StaffingService.NewId(),
            Contract = new() { Payer = $"organizations/{payer}", Provider = agency.Name, Program = "nc-core", From = service.Day(-30) },
        }, agency.Ops);
        var seen = await agency.Staff.GetStaffMemberAsync(new() { Name = member }, service.As(Roles.Mco, payer));
        Assert.Equal((member, null), (seen.Name, seen.Particulars));
    }

    [Fact]
    public async Task A_correction_needs_a_reason_and_the_etag_and_keeps_what_was_before()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(with: r => r.Particulars = new() { GivenName = "Ottoline", FamilyName = "Quarrymoss" });
        await agency.Assign(member, StaffRole.Esp, -5);
        var before = await agency.Get(member);
        Proto.CorrectStaffMemberRequest request = new()
        {
            Name = member,
            Etag = before.Etag,
            Reason = Proto.CorrectionReason.StartMoved,
            HireDate = service.Day(-5),
            Particulars = new() { FamilyName = "Quarrymoor" },
            RequestId = StaffingService.NewId(),
        };
        var after = await agency.Staff.CorrectStaffMemberAsync(request, agency.Own);
        Assert.Equal((service.Day(-5), "Ottoline", "Quarrymoor"), (after.HireDate, after.Particulars.GivenName, after.Particulars.FamilyName));
        Assert.Equal(1, await service.Count($"staff_corrections where staff_member_id = '{member[6..]}' and reason = 'StartMoved'"));

        request.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await agency.Staff.CorrectStaffMemberAsync(request, agency.Own))).Code);
        (request.Etag, request.HireDate) = (after.Etag, service.Day(-4));
        var late = await service.RefusedWithoutTrace(async () => await agency.Staff.CorrectStaffMemberAsync(request, agency.Own));
        Assert.Equal((StatusCode.InvalidArgument, "hire_date"), (late.Code, Assert.Single(late.Fields)));
        (request.HireDate, request.Reason, request.Particulars) = ("", default, new() { Npi = "1234567890", BirthDate = service.Day(1) });
        var bad = await service.RefusedWithoutTrace(async () => await agency.Staff.CorrectStaffMemberAsync(request, agency.Own));
        Assert.Equal("particulars.birth_date", string.Join(' ', bad.Fields));
        request.Particulars.BirthDate = "";
        bad = await service.RefusedWithoutTrace(async () => await agency.Staff.CorrectStaffMemberAsync(request, agency.Own));
        Assert.Equal("particulars.npi reason", string.Join(' ', bad.Fields.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_look_up_of_a_credential_is_on_file_and_its_last_day_counts()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire();
        var added = await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = member,
            Credential = new() { Type = Proto.CredentialType.Cesp, Issuer = "A board", Number = "QX-55501" },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal("QX-55501", (await agency.Get(member)).Credentials[0].Number);
        Assert.Equal(0, await service.Count("credentials c where c::text like '%QX-55501%'"));
        Assert.True((await agency.Check(member, StaffRole.Esp)).Qualified);
        Proto.VerifyCredentialRequest verify = new()
        {
            StaffMember = member,
            CredentialId = added.Id,
            VerifiedOn = service.Day(-1),
            VerifiedAt = "the register",
            ValidThrough = service.Day(-1),
            RequestId = StaffingService.NewId(),
        };
        var verified = await agency.Staff.VerifyCredentialAsync(verify, agency.Own);
        Assert.Equal((service.Day(-1), "the register", "client-one"), (verified.VerifiedOn, verified.VerifiedAt, verified.VerifiedBy));
        Assert.False((await agency.Check(member, StaffRole.Esp)).Qualified);
        Assert.True((await agency.Check(member, StaffRole.Esp, service.Day(-1))).Qualified);
        (verify.VerifiedOn, verify.RequestId) = (service.Day(-2), StaffingService.NewId());
        Assert.Equal("verified_on", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Staff.VerifyCredentialAsync(verify, agency.Own))).Fields));
    }

    [Fact]
    public async Task All_roles_on_a_day_are_at_most_full_time_together()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-100);
        await agency.Assign(member, StaffRole.Esp, -100, -51, 60);
        await agency.Assign(member, StaffRole.TeamLead, -60, null, 40);
        foreach (var (from, through, percent) in new (int, int?, int)[] { (-100, -52, 41), (-55, -55, 1), (-50, null, 61) })
        {
            var refused = await service.RefusedWithoutTrace(() => agency.Assign(member, StaffRole.Epm, from, through, percent));
            Assert.Equal((StatusCode.InvalidArgument, "fte_percent"), (refused.Code, Assert.Single(refused.Fields)));
        }

        await agency.Assign(member, StaffRole.Epm, -50, null, 60);
        Assert.Equal("fte_percent", Assert.Single((await service.RefusedWithoutTrace(() => agency.Assign(member, StaffRole.Esp, -1, null, 101))).Fields));
    }

    [Fact]
    public async Task A_role_is_ended_on_a_day_from_its_first()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-100);
        var role = await agency.Assign(member, StaffRole.Esp, -50);
        Proto.EndRoleRequest end = new() { StaffMember = member, RoleId = role.Id, Through = service.Day(-51), RequestId = StaffingService.NewId() };
        Assert.Equal("through", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Staff.EndRoleAsync(end, agency.Own))).Fields));
        (end.Through, end.RequestId) = (service.Day(-50), StaffingService.NewId());
        Assert.Equal(service.Day(-50), (await agency.Staff.EndRoleAsync(end, agency.Own)).Through);
        await agency.Assign(member, StaffRole.Esp, -49);
    }

    [Fact]
    public async Task A_separation_closes_roles_and_assignments_and_names_who_has_no_one_left()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var other = await agency.Member(StaffRole.Esp);
        var (alone, shared) = (agency.Assignment(member), agency.Assignment(member));
        await agency.Caseloads.AssignIndividualAsync(alone, agency.Own);
        await agency.Caseloads.AssignIndividualAsync(shared, agency.Own);
        var second = shared.Clone();
        (second.StaffMember, second.RequestId) = (other, StaffingService.NewId());
        await agency.Caseloads.AssignIndividualAsync(second, agency.Own);

        Proto.SeparateStaffMemberRequest request = new()
        {
            StaffMember = member,
            LastDay = service.Day(-381),
            Reason = Proto.SeparationReason.Resigned,
            Etag = (await agency.Get(member)).Etag,
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal("last_day", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Staff.SeparateStaffMemberAsync(request, agency.Own))).Fields));
        request.LastDay = service.Day();
        var left = await agency.Staff.SeparateStaffMemberAsync(request, agency.Own);
        Assert.Equal((1, 2, alone.Individual), (left.RolesEnded, left.AssignmentsEnded, Assert.Single(left.PeopleWithoutStaff)));
        Assert.Contains("NC-TRN-001", left.UnmetTrainingRules);
        Assert.Equal((true, false), ((await agency.Verify(member)).Qualified, (await agency.Verify(member, 1)).Qualified));
        Assert.Equal((0, 1), (
            (await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = other, Program = "nc-core", AsOf = service.Day(1) }, agency.Own)).ActiveCount - 1,
            (await agency.Staff.GetStaffMemberAsync(new() { Name = member }, agency.Own)).Roles.Count(r => r.Through == service.Day())));
        Assert.Equal(0, await service.Count(
            $"deadlines d join training_requirements r on d.subject = 'trainingRequirements/' || r.id where r.staff_member_id = '{member[6..]}' and d.settled_at is null"));

        (request.RequestId, request.Etag) = (StaffingService.NewId(), (await agency.Get(member)).Etag);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await agency.Staff.SeparateStaffMemberAsync(request, agency.Own))).Code);
        Assert.Equal("through", Assert.Single((await service.RefusedWithoutTrace(() => agency.Assign(member, StaffRole.Epm, 0, 1))).Fields));
    }

    [Fact]
    public async Task No_other_agency_and_no_other_role_changes_a_record()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire();
        var role = await agency.Assign(member, StaffRole.Esp);
        var etag = (await agency.Get(member)).Etag;
        var calls = new Func<Metadata, Task>[]
        {
            async who => await agency.Staff.CorrectStaffMemberAsync(
                new() { Name = member, Etag = etag, Reason = Proto.CorrectionReason.TypingError, RequestId = StaffingService.NewId() }, who),
            async who => await agency.Staff.RecordExperienceAsync(new()
            {
                StaffMember = member,
                Experience = new() { Kinds = { Proto.ExperienceKind.PaidWork }, From = "2024-01-01", HoursPerWeek = 20 },
                RequestId = StaffingService.NewId(),
            }, who),
            async who => await agency.Staff.VerifyCredentialAsync(new()
            {
                StaffMember = member,
                CredentialId = role.Id,
                VerifiedOn = service.Day(),
                VerifiedAt = "x",
                RequestId = StaffingService.NewId(),
            }, who),
            async who => await agency.Staff.WithdrawStaffRecordAsync(
                new() { StaffMember = member, RecordId = role.Id, Reason = Proto.CorrectionReason.TypingError, RequestId = StaffingService.NewId() }, who),
            async who => await agency.Staff.EndRoleAsync(
                new() { StaffMember = member, RoleId = role.Id, Through = service.Day(), RequestId = StaffingService.NewId() }, who),
            async who => await agency.Staff.SeparateStaffMemberAsync(new()
            {
                StaffMember = member,
                LastDay = service.Day(),
                Reason = Proto.SeparationReason.Resigned,
                Etag = etag,
                RequestId = StaffingService.NewId(),
            }, who),
        };
        foreach (var call in calls)
        {
            Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => call(service.As(Roles.Provider, "agency-foreign")))).Code);
            foreach (var denied in new[] { Roles.Mco, Roles.State, Roles.Dvrs, Roles.Ops })
                Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => call(service.As(denied, "some-one")))).Code);
        }
    }
}
