using Google.Protobuf;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Simulation.Scenes;

/// <summary>People and the facts about them.</summary>
internal static class People
{
    public static Task Register(Scene scene)
    {
        if (scene.Cast.People.Count >= scene.Most)
            return Task.CompletedTask;
        var agency = scene.Chance(0.7) ? scene.Agencies[0] : scene.Pick(scene.Agencies);
        // Now and then a person whom another agency has on file.
        var number = scene.Chance(0.25) ? scene.Random.Next(6) : scene.Random.Next(1000);
        return scene.Send(scene.Chance(0.9) ? agency.Provider : agency.Mco, Request(scene, agency, number));
    }

    /// <summary>The identifier is on file already: refused, at the same agency.</summary>
    public static Task RegisterAgain(Scene scene, Person person) => scene.Send(person.Agency.Provider,
        Request(scene, person.Agency, int.Parse(person.Things[0].About[1..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture)), person);

    public static RegisterIndividualRequest Request(Scene scene, Agency agency, int number) => new()
    {
        Provider = agency.Name,
        GivenName = $"Case {number}",
        FamilyName = "Number",
        BirthDate = Scene.Day(new DateOnly(1970, 1, 1).AddDays(number * 11 % 11_000)),
        Identifiers = { new Identifier { System = "medicaid", Value = $"M{number}-{scene.Seed}" } },
        RequestId = scene.NewId(),
    };

    /// <summary>The kinds of facts that admission asks for.</summary>
    public static IReadOnlyList<string> Needed { get; } = ["Enrollment", "Diagnosis", "Assessment", "Intake", "MedicalNecessity"];

    /// <summary>Records a fact that admission asks for; mostly such that the person is admitted.</summary>
    public static Task RecordNext(Scene scene, Person person, string kind)
    {
        var fits = scene.Chance(0.93);
        var day = person.First;
        return Record(scene, person, kind switch
        {
            "Enrollment" => new Fact
            {
                Enrollment = new()
                {
                    Payer = person.Agency.PayerName,
                    From = Scene.Day(day.AddDays(-120)),
                    Funding = person.Agency.Program.StartsWith("nc", StringComparison.Ordinal) && fits ? Funding.State : scene.Any<Funding>(),
                    BenefitPlan = "ASWOM",
                    BenefitPlanFrom = Scene.Day(day.AddDays(-120)),
                },
            },
            "Diagnosis" => new Fact
            {
                Diagnosis = new()
                {
                    Class = fits ? DiagnosisClass.Spmi : scene.Any<DiagnosisClass>(),
                    Severity = scene.Any<DiagnosisSeverity>(),
                    Primary = fits,
                    DiagnosedOn = Scene.Day(day.AddDays(-90)),
                },
            },
            "Assessment" => new Fact { Assessment = new() { CompletedOn = Scene.Day(day.AddDays(-10)), AssessorScopeIncludesDiagnosis = fits } },
            "Intake" => new Fact
            {
                Intake = new()
                {
                    DesireToWork = fits,
                    DesireToWorkDate = Scene.Day(day.AddDays(-10)),
                    EmploymentHistory = EmploymentHistory.Intermittent,
                    NeedForAssistance = true,
                    NeedLinkedToDiagnosis = true,
                    OtherBhServiceLastContact = Scene.Day(day.AddDays(-12)),
                    DeclinesBhServices = !fits,
                },
            },
            _ => new Fact
            {
                MedicalNecessity = new() { Finding = fits ? MedicalNecessity.Met : MedicalNecessity.NotMet, FoundOn = Scene.Day(day.AddDays(-5)) },
            },
        }, kind == "MedicalNecessity" ? person.Agency.Mco : person.Agency.Provider);
    }

    public static Task RecordFact(Scene scene, Person person) => Record(scene, person, AnyFact(scene, person),
        scene.Chance(0.7) ? person.Agency.Provider : scene.Chance(0.7) ? person.Agency.Mco : scene.Pick(scene.Agencies).Provider);

    public static async Task CorrectFact(Scene scene, Person person)
    {
        if (person.Last("fact") is null)
            return;
        var fact = scene.Pick([.. person.All("fact")]);
        await scene.Send(person.Agency.Provider, new CorrectFactRequest
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Fact = AnyFact(scene, person, fact.About),
            Reason = scene.Any<CorrectionReason>(),
            Note = "corrected",
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task RetractFact(Scene scene, Person person)
    {
        if (person.Last("fact") is null)
            return;
        var fact = scene.Pick([.. person.All("fact")]);
        await scene.Send(person.Agency.Provider, new RetractFactRequest
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Reason = CorrectionReason.EnteredByMistake,
            Note = "retracted",
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task CorrectName(Scene scene, Person person)
    {
        var known = person.Things[0];
        await scene.Send(person.Agency.Provider, new CorrectIndividualRequest
        {
            Name = person.Name,
            Etag = known.Etag,
            Particulars = new()
            {
                GivenName = $"Case {scene.Random.Next(9)}",
                FamilyName = "Corrected",
                BirthDate = "1980-02-03",
                Identifiers = { new Identifier { System = "medicaid", Value = known.About } },
            },
            Reason = CorrectionReason.WrongValue,
            Note = "name",
            RequestId = scene.NewId(),
        }, person);
    }

    public static Task RecordAct(Scene scene, Person person) => Record(scene, person, new Fact
    {
        OtherService = new()
        {
            Kind = OtherServiceKind.Act,
            Organization = "organizations/act-team",
            From = scene.Day(scene.Random.Next(-40, 60)),
            Through = scene.Chance(0.5) ? scene.Day(scene.Random.Next(60, 200)) : "",
        },
    }, person.Agency.Provider);

    private static Task Record(Scene scene, Person person, Fact fact, Caller caller)
    {
        IMessage request = fact.ContentCase == Fact.ContentOneofCase.MedicalNecessity && scene.Chance(0.5)
            ? new RecordMedicalNecessityRequest
            {
                Individual = person.Name,
                Finding = fact.MedicalNecessity.Finding,
                FoundOn = fact.MedicalNecessity.FoundOn,
                RequestId = scene.NewId(),
            }
            : new RecordFactRequest { Individual = person.Name, Fact = fact, RequestId = scene.NewId() };
        return scene.Send(caller, request, person);
    }

    private static Fact AnyFact(Scene scene, Person person, string? kind = null)
    {
        string Past(int most) => Scene.Day(person.First.AddDays(-scene.Random.Next(1, most)));
        return (kind is null ? scene.Random.Next(9) : Enum.Parse<Fact.ContentOneofCase>(kind) - Fact.ContentOneofCase.Enrollment) switch
        {
            0 => new()
            {
                Enrollment = new()
                {
                    Payer = person.Agency.PayerName,
                    From = Past(200),
                    Through = scene.Chance(0.3) ? scene.Day(scene.Random.Next(1, 200)) : "",
                    Funding = scene.Any<Funding>(),
                    BenefitPlan = "ASWOM",
                    BenefitPlanFrom = Past(200),
                },
            },
            1 => new() { Diagnosis = new() { Class = scene.Any<DiagnosisClass>(), Primary = scene.Chance(0.8), DiagnosedOn = Past(90) } },
            2 => new() { Assessment = new() { CompletedOn = Past(300), AssessorScopeIncludesDiagnosis = scene.Chance(0.9) } },
            3 => new()
            {
                Intake = new()
                {
                    DesireToWork = scene.Chance(0.9),
                    DesireToWorkDate = Past(30),
                    EmploymentHistory = scene.Any<EmploymentHistory>(),
                    NeedForAssistance = true,
                    NeedLinkedToDiagnosis = true,
                    OtherBhServiceLastContact = Past(60),
                    DeclinesBhServices = false,
                },
            },
            4 => new() { MedicalNecessity = new() { Finding = scene.Any<MedicalNecessity>(), FoundOn = Past(20) } },
            5 => new()
            {
                OtherService = new()
                {
                    Kind = scene.Any<OtherServiceKind>(),
                    Organization = "organizations/elsewhere",
                    From = Past(60),
                    Absent = scene.Chance(0.5),
                },
            },
            6 => new() { MyChoice = new() { Status = scene.Any<MyChoiceStatus>(), From = Past(60) } },
            7 => new() { Recommendation = new() { By = scene.Any<Recommender>(), RecommendedOn = Past(60) } },
            _ => new()
            {
                Plan = new() { DatedOn = Past(60), ClinicalHome = person.Agency.Name, ListsEmployment = true, CareerProfileAttached = scene.Chance(0.7) },
            },
        };
    }
}
