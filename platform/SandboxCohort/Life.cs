using Google.Protobuf.Collections;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using OverlapKind = Ips.Contracts.Eligibility.V1.OverlapKind;

namespace Ips.SandboxCohort;

/// <summary>A person of the cohort, from the first day at the agency to the last of the cohort or of the service.</summary>
internal abstract class Life(Cohort cohort, Agency agency, Person person, int place)
{
    private string careerDay = "";
    private DateOnly? ordered;

    // Half of the people do not want employers to know.
    private bool Discloses => person.Number % 2 == 1;

    /// <summary>The person's own dice: the same in every load with the seed.</summary>
    protected Random Dice { get; } = new(unchecked((cohort.Seed * 104_729) + person.Number));

    protected Desk Desk { get; } = cohort.Desk("provider", agency.Program.Provider, $"person {person.Number}");

    protected Cohort Cohort => cohort;

    protected Calendar Calendar => cohort.Calendar;

    protected Agency Agency => agency;

    protected Person Person => person;

    /// <summary>The number of the person among those of the program, from 0: the first ones live through what is rare.</summary>
    protected int Place => place;

    protected string Program => agency.Program.Id;

    protected string Specialist => agency.SpecialistOf(place);

    protected string Individual { get; private set; } = "";

    protected string Assessment { get; private set; } = "";

    protected Enrollment Enrollment { get; private set; } = new();

    protected Determination Determination { get; private set; } = new();

    /// <summary>Whether the service is over.</summary>
    protected bool Left { get; private set; }

    /// <summary>Comes to the agency on a day, and lives as the program goes.</summary>
    public async Task Live(DateOnly arrival)
    {
        await agency.Opened;
        await Calendar.Until(arrival.Workday());
        await Arrive();
        await Serve();
    }

    /// <summary>What is recorded before admission, besides what every program asks for.</summary>
    protected virtual Task RecordMore() => Task.CompletedTask;

    /// <summary>The service: begins on the day after the facts are complete.</summary>
    protected abstract Task Serve();

    protected string On(int days) => Calendar.Today.AddDays(days).Text();

    protected bool Chance(double share) => Dice.NextDouble() < share;

    protected Task Wait(int days) => Calendar.Until(Calendar.Today.AddDays(days).Workday());

    /// <summary>The decision whether the person is admitted.</summary>
    protected async Task Admit()
    {
        Determination = await Desk.Determinations.DetermineAsync(new() { Individual = Individual, Provider = agency.Name, Program = Program, AsOf = On(0) });
        if (Determination.State != DeterminationState.Eligible)
        {
            throw new CohortException($"person {person.Number} of {Program} is {Determination.State}: "
                + string.Join("; ", (Determination.Decision?.Findings ?? []).Where(finding => finding.Verdict != Verdict.Met).Select(finding => $"{finding.RuleId} {finding.Reason}")));
        }

        cohort.Count.Admit(Program);
        await Desk.Caseloads.AssignIndividualAsync(new() { Individual = Individual, StaffMember = Specialist, Program = Program, From = On(0) });
    }

    /// <summary>An order for the service, signed on the same day.</summary>
    protected async Task Order()
    {
        var order = await Desk.ServiceOrders.CreateServiceOrderAsync(
            new() { Individual = Individual, Provider = agency.Name, Program = Program, OrderDate = On(0), Assessment = Assessment });
        await Desk.ServiceOrders.SignServiceOrderAsync(
            new() { Name = order.Name, Etag = order.Etag, SignerType = SignerType.LicensedPsychologist, SignatureDate = On(0) });
        ordered = Calendar.Today;
    }

    /// <summary>The person is referred to vocational rehabilitation.</summary>
    protected async Task Refer() => await Desk.Referrals.CreateReferralAsync(
        new() { Individual = Individual, Provider = agency.Name, Program = Program, ServiceInitiationDate = On(0), ReferralDate = On(0) });

    /// <summary>Asks the payer for units from today.</summary>
    protected async Task<Authorization> Request(AuthorizationKind kind, int units, int days)
    {
        RequestAuthorizationRequest request = new()
        {
            Individual = Individual,
            Provider = agency.Name,
            Program = Program,
            Kind = kind,
            ServiceInitiationDate = kind == AuthorizationKind.M6 ? "" : On(0),
            RequestedFrom = On(0),
            RequestedThrough = On(days - 1),
            RequestedUnits = units,
            Documents = { await Paper(DocumentKind.Assessment), await Paper(DocumentKind.CareerProfile) },
        };
        string[] plan = ["bh_interventions", "ips_interventions", "career_goals"];
        request.Documents.Add(kind == AuthorizationKind.M6
            ? await Paper(DocumentKind.UpdatedIntegratedPcp, [.. plan, "employment_status", "progress"]) : await Paper(DocumentKind.IntegratedPcp, plan));
        if (kind == AuthorizationKind.M6)
            request.Documents.Add(await Paper(DocumentKind.IpsTransitionPlan, "interventions", "ongoing_bh_services", "natural_and_community_supports"));
        return await Desk.Authorizations.RequestAuthorizationAsync(request);
    }

    private Task<string> Paper(DocumentKind kind, params IEnumerable<string> contents) => Desk.Paper(Individual, Calendar.Today, kind, contents);

    /// <summary>Waits until the payer has answered.</summary>
    protected async Task<Authorization> Answered(Authorization requested)
    {
        await Wait(5);
        var answered = await Desk.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name });
        cohort.Count.Add(nameof(Tally.Authorizations));
        return answered;
    }

    /// <summary>A note of a contact today.</summary>
    protected async Task<string> Note(int minutes, string purpose, string intervention, ContactType type = ContactType.InPerson)
    {
        // An order lasts a year and is renewed before its end, on an assessment of that day.
        if (ordered?.AddDays(330) <= Calendar.Today)
        {
            await Assess();
            await Order();
        }

        var note = await Desk.Notes.RecordServiceNoteAsync(new()
        {
            Individual = Individual,
            Provider = agency.Name,
            Program = Program,
            RenderingStaff = Specialist,
            ServiceDate = On(0),
            Elements = new()
            {
                IndividualName = $"{person.GivenName} {person.FamilyName}",
                ServiceName = "IPS",
                ContactType = type,
                PlaceOfService = PlaceOfService.Community,
                PurposeGoal = purpose,
                Interventions = $"{intervention} ({On(0)})",
                DurationMinutes = minutes,
                Effectiveness = "Took part and chose the next step",
                SignedBy = "Sandbox Specialist",
                SignatureDate = On(0),
                CredentialsOrTitle = "ESP, CESP",
                NameOnEveryPage = true,
                Author = Specialist,
                Activity = Activity.DirectSupport,
                GroupSize = 1,
                Rendered = true,
                IndividualPresent = true,
                InterventionOnPlanFrom = careerDay,
            },
        });
        cohort.Count.Add(nameof(Tally.Notes));
        return note.Name;
    }

    /// <summary>A competitive job that began today, with the terms of its first day.</summary>
    protected async Task<Job> Hired()
    {
        var employer = Person.Employers[Dice.Next(Person.Employers.Count)];
        await Desk.Employment.RecordEmployerContactAsync(
            new() { Program = Program, StaffMember = Specialist, Individual = Discloses ? Individual : "", Day = On(-3), Mode = EmployerContactMode.InPerson, Employer = employer });
        var job = await Desk.Employment.RecordJobAsync(new()
        {
            Individual = Individual,
            Provider = agency.Name,
            Program = Program,
            Employer = employer,
            Facts = new()
            {
                StartDate = On(0),
                IntegratedCompetitive = true,
                WeeklyHours = 20,
                WorkedDays = { On(0) },
                Occupation = "35",
                Permanent = true,
                AtLeastMinimumWage = true,
                OpenToAnyone = true,
                SetAside = false,
                Disclosure = Discloses ? JobDisclosure.Disclosed : JobDisclosure.NotDisclosed,
                Terms = { new JobTerms { FromDate = On(0), WeeklyHours = 20, HourlyWage = FormattableString.Invariant($"{15 + (Dice.Next(12) / 2m):0.00}") } },
            },
        });
        cohort.Count.Add(nameof(Tally.JobStarts));
        cohort.Count.Working(person.Number, true);
        return job;
    }

    /// <summary>Adds to what is known of a job.</summary>
    protected async Task<Job> Now(Job job, Action<JobFacts> change)
    {
        var facts = job.Facts.Clone();
        change(facts);
        return await Desk.Employment.UpdateJobAsync(new() { Name = job.Name, Etag = job.Etag, Facts = facts });
    }

    /// <summary>The job ends today.</summary>
    protected async Task<Job> Ended(Job job, JobEndReason reason)
    {
        cohort.Count.Add(nameof(Tally.JobEnds));
        cohort.Count.Working(person.Number, false);
        return await Now(job, facts => (facts.EndDate, facts.EndReason, facts.LossLearnedDate) = (On(0), reason, On(0)));
    }

    /// <summary>The person leaves the service.</summary>
    protected async Task Discharge()
    {
        var now = await Desk.Determinations.GetDeterminationAsync(new() { Name = Determination.Name });
        var step = await Desk.Determinations.DischargeAsync(new()
        {
            Name = now.Name,
            Etag = now.Etag,
            Reason = DischargeReason.IndividualRequest,
            ReasonDocumented = true,
            RequestedBy = DischargeRequester.Individual,
            DischargePlanDiscussed = true,
            DischargePlanInRecord = true,
            EnhancedService = false,
            ClearlyNoLongerWants = true,
            DischargeDate = On(0),
        });
        if (step.ToState != DeterminationState.Discharged)
            throw new CohortException($"person {person.Number} of {Program} is {step.ToState} after the discharge");
        Left = true;
        cohort.Count.Add(nameof(Tally.Discharges));
    }

    /// <summary>A line of a claim.</summary>
    protected async Task Bill(CreateClaimLineRequest request)
    {
        request.RenderingStaff = Specialist;
        var line = await Desk.Claims.CreateClaimLineAsync(request);
        cohort.Count.Line(line);
        agency.Ready(line);
    }

    protected async Task Record(Fact fact) => await Desk.Individuals.RecordFactAsync(new() { Individual = Individual, Fact = fact });

    private async Task Arrive()
    {
        var received = await Desk.IntakeReferrals.ReceiveIntakeReferralAsync(new()
        {
            Provider = agency.Name,
            ReceivedOn = On(0),
            Content = new()
            {
                Source = IntakeSource.Clinic,
                Program = Program,
                Urgency = IntakeUrgency.Routine,
                Reason = "wants to work",
                ConsentOnFile = true,
                Person = new()
                {
                    GivenName = person.GivenName,
                    FamilyName = person.FamilyName,
                    BirthDate = person.BirthDate.Text(),
                    Contacts =
                    {
                        new ContactContent { Phone = new() { Number = person.Phone, MayText = true } },
                        new ContactContent
                        {
                            Address = new() { Lines = { $"{person.Number} Sandbox Rd" }, City = agency.Program.City, State = agency.Program.UsState, PostalCode = agency.Program.Zip[..5] },
                        },
                    },
                },
            },
        });
        await Wait(2);
        var contacted = await Desk.IntakeReferrals.RecordFirstContactAsync(
            new() { Name = received.Name, Etag = received.Etag, On = On(0), Channel = ContactChannel.TextMessage, Role = StaffRole.Esp });
        var accepted = await Desk.IntakeReferrals.AcceptIntakeReferralAsync(new() { Name = received.Name, Etag = contacted.Etag });
        var converted = await Desk.IntakeReferrals.ConvertIntakeReferralAsync(new()
        {
            Name = received.Name,
            Etag = accepted.Etag,
            Particulars = new()
            {
                GivenName = person.GivenName,
                FamilyName = person.FamilyName,
                BirthDate = person.BirthDate.Text(),
                Identifiers = { new Identifier { System = "sandbox-member", Value = person.MemberId } },
            },
        });
        Individual = converted.Individual;
        cohort.Introduce(Individual, person, Program);
        await Wait(4);
        await RecordFacts();
        await RecordMore();
        await Wait(3);
    }

    private async Task Assess() => Assessment = (await Desk.Individuals.AddAssessmentAsync(
        new() { Individual = Individual, Assessment = new() { CompletedOn = On(-1), AssessorScopeIncludesDiagnosis = true } })).Name;

    private async Task RecordFacts()
    {
        Enrollment = await Desk.Individuals.AddEnrollmentAsync(new()
        {
            Individual = Individual,
            Enrollment = new()
            {
                Payer = $"organizations/{agency.Program.Payer}",
                From = On(-120),
                Funding = Program.StartsWith("nc", StringComparison.Ordinal) ? Funding.State : Funding.Medicaid,
                BenefitPlan = "ASWOM",
                BenefitPlanFrom = On(-120),
            },
        });
        await Desk.Individuals.AddDiagnosisAsync(
            new() { Individual = Individual, Diagnosis = new() { Class = DiagnosisClass.Spmi, Primary = true, DiagnosedOn = On(-90) } });
        await Assess();
        careerDay = On(0);
        await Desk.CareerProfiles.CreateCareerProfileAsync(new()
        {
            Individual = Individual,
            DatedOn = On(0),
            Content = new()
            {
                Strengths = "Reliable, likes to work with people",
                Interests = "Plants, animals, tools",
                Goals = { "A job of twenty hours" },
                Disclosure = Discloses ? DisclosureChoice.Disclose : DisclosureChoice.DoNotDisclose,
            },
        });
        await Record(new()
        {
            Plan = new()
            {
                DatedOn = On(0),
                ClinicalHome = agency.Name,
                DocumentSha256 = new string('0', 64),
                ListsEmployment = true,
                CareerProfileAttached = true,
            },
        });
        await Desk.Individuals.RecordIntakeAsync(new()
        {
            Individual = Individual,
            Intake = new()
            {
                DesireToWork = true,
                DesireToWorkDate = On(-4),
                EmploymentHistory = EmploymentHistory.Intermittent,
                NeedForAssistance = true,
                NeedLinkedToDiagnosis = true,
                NeedsMoreIntensiveSupports = true,
                OtherBhServiceLastContact = On(-8),
                DeclinesBhServices = false,
            },
        });
        var payer = cohort.Desk("mco", agency.Program.Payer, $"person {person.Number} payer");
        if (agency.Program.UsState != "MO")
            await payer.Individuals.RecordMedicalNecessityAsync(new() { Individual = Individual, Finding = MedicalNecessity.Met, FoundOn = On(0) });
        await Desk.Profiles.RecordClaimFactsAsync(new()
        {
            Individual = Individual,
            Program = Program,
            From = On(-7),
            Content = new()
            {
                Diagnoses = { "F20.9" },
                Sex = person.Number % 2 == 0 ? SexOnFile.Female : SexOnFile.Male,
                AuthorizationNumber = $"SBX{person.Number:000000}",
            },
        });
    }
}
