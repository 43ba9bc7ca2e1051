using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Education = Ips.Contracts.Staffing.V1.Education;

namespace Ips.SandboxCohort;

/// <summary>An agency in one program: its team, and what the team does for all who are served.</summary>
internal sealed class Agency(Cohort cohort, ProgramCast program)
{
    private const int PeopleOfOneSpecialist = 15;
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> specialists = [];
    private readonly List<string> ready = [];
    private string lead = "";

    public ProgramCast Program => program;

    /// <summary>The organization as calls name it.</summary>
    public string Name => $"organizations/{program.Provider}";

    /// <summary>Completes when the agency has a team.</summary>
    public Task Opened => open.Task;

    public string Team { get; private set; } = "";

    /// <summary>The specialist of the n-th person of the agency.</summary>
    public string SpecialistOf(int place) => specialists[place % specialists.Count];

    /// <summary>A line is ready for the payer; what vocational rehabilitation pays goes another way.</summary>
    public void Ready(ClaimLine line)
    {
        if (line.State != ClaimLineState.Ready || line.Payer == "VR")
            return;
        lock (ready)
            ready.Add(line.Name);
    }

    /// <summary>What became ready since it was asked last, in the order of the names.</summary>
    public IReadOnlyList<string> TakeReady()
    {
        lock (ready)
        {
            List<string> taken = [.. ready.Order(StringComparer.Ordinal)];
            ready.Clear();
            return taken;
        }
    }

    /// <summary>Hires the team on the first day, then meets, trains and writes down its time until the last.</summary>
    public async Task Live(int people)
    {
        var desk = cohort.Desk("provider", program.Provider, $"agency {program.Id}");
        await Hire(desk, people);
        open.SetResult();
        for (var week = 0; ; week++)
        {
            var day = cohort.Calendar.First.AddDays((week + 1) * 7).Workday();
            await cohort.Calendar.Until(day);
            await Meet(desk, TeamMeetingKind.VocationalUnit, day, "", [lead, .. specialists]);
            if (week % 4 == 0)
            {
                // What nc-core asks for besides.
                foreach (var kind in program.Id == "nc-core" ? [TeamMeetingKind.EmploymentCollaborative, TeamMeetingKind.AssistanceCall] : Array.Empty<TeamMeetingKind>())
                    await Meet(desk, kind, day, "", [lead]);
                foreach (var specialist in specialists)
                    await Meet(desk, TeamMeetingKind.FieldMentoring, day, specialist, [lead, specialist]);
            }

            if (week % 4 == 1)
            {
                await Meet(desk, TeamMeetingKind.TreatmentTeam, day, "", specialists);
                await Meet(desk, TeamMeetingKind.Vr, day, "", [lead]);
            }

            if (week % 4 == 2)
            {
                foreach (var specialist in specialists)
                    await Meet(desk, TeamMeetingKind.Supervision, day, specialist, [lead, specialist]);
            }

            if (week % 4 == 3 && program.UsState == "LA")
            {
                // The lists of excluded people are checked every month.
                foreach (var staff in (string[])[lead, .. specialists])
                    await Cleared(desk, staff, day, ClearanceKind.Leie, ClearanceKind.AdverseActions);
            }

            if (week % 52 == 26)
                await Train(desk, specialists, day, TrainingCourse.Annual);
        }
    }

    private async Task Hire(Desk desk, int people)
    {
        var hired = cohort.Calendar.First.AddDays(-380);
        Team = (await desk.Teams.CreateTeamAsync(new()
        {
            Team = new()
            {
                Provider = Name,
                DisplayName = $"{program.ProviderName.Replace(" (sandbox)", "", StringComparison.Ordinal)} team {program.Id}",
                Program = program.Id,
                OperationStart = cohort.Calendar.First.AddDays(-400).Text(),
            },
        })).Name;
        lead = await Hired("Sandbox Team Lead", StaffRole.TeamLead, hired, CredentialType.Qmhp, CredentialType.Cips);
        for (var number = 1; number <= 1 + (people / PeopleOfOneSpecialist); number++)
        {
            specialists.Add(await Hired(
                string.Create(CultureInfo.InvariantCulture, $"Sandbox Specialist {number}"), StaffRole.Esp, hired, CredentialType.Cesp, CredentialType.CssMo));
        }

        await desk.Profiles.RecordBillingProfileAsync(new() { Provider = Name, From = hired.Text(), Content = Profile() });

        async Task<string> Hired(string name, StaffRole role, DateOnly on, params CredentialType[] credentials)
        {
            var staff = (await desk.Staff.RegisterStaffMemberAsync(new()
            {
                Provider = Name,
                DisplayName = name,
                HireDate = on.Text(),
                VocationalExperienceMonths = 48,
                Education = Education.Bachelor,
                Particulars = new()
                {
                    GivenName = "Sandbox",
                    FamilyName = name["Sandbox ".Length..].Replace(' ', '-'),
                    Npi = Payer.SpecialistNpi,
                    RecentEmploymentHistory = true,
                    FirstServiceDate = on.Text(),
                },
            })).Name;
            foreach (var credential in credentials)
            {
                await desk.Staff.AddCredentialAsync(new()
                {
                    StaffMember = staff,
                    Credential = new() { Type = credential, Jurisdiction = program.UsState, ValidFrom = on.Text() },
                });
            }

            await desk.Staff.RecordExperienceAsync(new()
            {
                StaffMember = staff,
                Experience = new()
                {
                    Kinds = { ExperienceKind.PaidWork, ExperienceKind.Vocational, ExperienceKind.SevereMentalIllness, ExperienceKind.EmploymentServices, ExperienceKind.EmploymentSpecialist },
                    From = on.AddYears(-4).Text(),
                    Through = on.AddDays(-1).Text(),
                    HoursPerWeek = 40,
                },
            });
            await desk.Staff.AssignRoleAsync(new() { StaffMember = staff, Team = Team, Role = role, From = on.Text(), FtePercent = 100 });
            if (program.UsState == "LA")
            {
                // What Louisiana asks for before the first day of work.
                await Cleared(desk, staff, on.AddDays(-10), ClearanceKind.Background, ClearanceKind.Tuberculosis, ClearanceKind.DrugScreen, ClearanceKind.Leie,
                    ClearanceKind.AdverseActions);
            }

            await Train(desk, [staff], on.AddDays(20), TrainingCourse.SupervisingCpss, TrainingCourse.Ips101, TrainingCourse.IpsTraining, TrainingCourse.IpsPrinciples, TrainingCourse.Mi,
                TrainingCourse.PcEmploymentPlanning, TrainingCourse.CrisisIntervention, TrainingCourse.FirstAidCpr, TrainingCourse.BasicClinicalCompetency);
            await desk.Staff.CheckQualificationAsync(new() { StaffMember = staff, Program = program.Id, Role = role, AsOf = cohort.Calendar.Today.Text() });
            return staff;
        }
    }

    private static async Task Cleared(Desk desk, string staff, DateOnly on, params ClearanceKind[] kinds)
    {
        foreach (var kind in kinds)
        {
            await desk.Clearances.RecordClearanceAsync(new()
            {
                StaffMember = staff,
                Clearance = new()
                {
                    Kind = kind,
                    DoneOn = on.Text(),
                    Result = ClearanceResult.Pass,
                    SexOffenderRegistry = kind == ClearanceKind.Background,
                    UnderWrittenPolicy = kind == ClearanceKind.DrugScreen,
                    DocumentSha256 = new string('0', 64),
                },
            });
        }
    }

    private BillingProfileContent Profile() => new()
    {
        Name = program.ProviderName.Replace(" (sandbox)", "", StringComparison.Ordinal),
        Npi = Payer.AgencyNpi,
        Taxonomy = "251S00000X",
        RenderingTaxonomy = "251S00000X",
        TaxNumber = "561234567",
        Address = new() { Line = "12 Sandbox St", City = program.City, State = program.UsState, PostalCode = program.Zip },
        Contact = "Claims office",
        ContactPhone = "9195550101",
        UsualPlace = "99",
        Payers =
        {
            new PayerEnrollment
            {
                Payer = $"organizations/{program.Payer}",
                Companion = program.Companion,
                SubmitterId = Payer.SubmitterOf(program),
                ReceiverId = Payer.ReceiverOf(program),
                PayerName = Payer.NameOf(program),
                PayerId = Payer.IdOf(program),
                MemberIdSystem = "sandbox-member",
                Test = true,
            },
        },
    };

    private async Task Meet(Desk desk, TeamMeetingKind kind, DateOnly day, string about, IReadOnlyList<string> present)
    {
        var planned = await desk.Meetings.PlanMeetingAsync(new() { Team = Team, Kind = kind, StaffMember = about, Day = day.Text(), VrInvited = kind == TeamMeetingKind.TreatmentTeam });
        await desk.Meetings.HoldMeetingAsync(new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            HeldOn = day.Text(),
            Attendees = { present.Select(staff => new Attendee { StaffMember = staff, Attendance = Attendance.InPerson }) },
            WholeMeeting = true,
            HipaaPlatform = true,
            MinutesSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Team} {kind} {about} {day}"))),
        });
    }

    private static async Task Train(Desk desk, IReadOnlyList<string> staff, DateOnly on, params TrainingCourse[] courses)
    {
        foreach (var one in staff)
        {
            foreach (var course in courses)
                await desk.Training.RecordCompletionAsync(new() { StaffMember = one, Completion = new() { Course = course, CompletedOn = on.Text(), Minutes = 480 } });
        }
    }
}
