namespace Ips.Policies.Admission;

/// <summary>Which recorded diagnoses qualify on a day. Loops and no queries: every admission comes by here, and so it allocates nothing.</summary>
internal static class Diagnoses
{
    /// <summary>State text: one diagnosis inside its age band is enough; a class outside its band does not count.</summary>
    public static bool? OneQualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        if (facts.Diagnoses is not { } diagnoses)
            return null;
        var adult = IsAdult(facts, day, adultAge);
        bool? any = false;
        for (var i = 0; i < diagnoses.Count; i++)
        {
            any |= diagnoses[i].Class switch
            {
                DiagnosisClass.Smi or DiagnosisClass.Spmi => adult,
                DiagnosisClass.Sed => Ternary.Not(adult),
                DiagnosisClass.Sud => diagnoses[i].Severity is { } severity ? severity == Severity.Severe : null,
                _ => false,
            };
        }

        return any;
    }

    /// <summary>Contract: a diagnosis that is marked primary decides.</summary>
    public static bool? PrimaryQualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        if (facts.Diagnoses is not { } diagnoses)
            return null;
        var adult = IsAdult(facts, day, adultAge);
        bool? any = false;
        for (var i = 0; i < diagnoses.Count; i++)
        {
            if (diagnoses[i].Primary != true)
                continue;
            any |= diagnoses[i].Class switch
            {
                DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sud => true,
                DiagnosisClass.Sed => Ternary.Not(adult),
                _ => false,
            };
        }

        return any;
    }

    /// <summary>Whether a diagnosis is marked primary.</summary>
    public static bool HasPrimary(AdmissionFacts facts)
    {
        for (var i = 0; i < facts.Diagnoses?.Count; i++)
        {
            if (facts.Diagnoses[i].Primary == true)
                return true;
        }

        return false;
    }

    /// <summary>Whether the age is needed: a class that has an age band is recorded.</summary>
    public static bool NeedsAge(IEnumerable<Diagnosis> diagnoses) => diagnoses.Any(d =>
        d.Class is DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sed);

    /// <summary>Whether a substance use disorder is recorded without the severity that decides it.</summary>
    public static bool LacksSeverity(AdmissionFacts facts)
    {
        for (var i = 0; i < facts.Diagnoses?.Count; i++)
        {
            if (facts.Diagnoses[i] is { Class: DiagnosisClass.Sud, Severity: null })
                return true;
        }

        return false;
    }

    /// <summary>Classes with their severities, for reasons.</summary>
    public static IEnumerable<string> Classes(AdmissionFacts facts) =>
        facts.Diagnoses?.Select(d => d.Severity is { } severity ? $"{Codes.Of(d.Class)} {Codes.Of(severity)}" : Codes.Of(d.Class)) ?? [];

    private static bool? IsAdult(AdmissionFacts facts, DateOnly day, int adultAge) =>
        facts.BirthDate is { } birth ? Days.YearsAfter(birth, adultAge) <= day : null;
}
