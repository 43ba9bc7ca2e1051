namespace Ips.Policies.Admission;

/// <summary>Which recorded diagnoses qualify on a day.</summary>
internal static class Diagnoses
{
    /// <summary>State text: one diagnosis inside its age band is enough; a class outside its band does not count.</summary>
    public static bool? OneQualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        var adult = IsAdult(facts, day, adultAge);
        return Any(facts.Diagnoses, d => d.Class switch
        {
            DiagnosisClass.Smi or DiagnosisClass.Spmi => adult,
            DiagnosisClass.Sed => Known.Not(adult),
            DiagnosisClass.Sud => d.Severity is { } severity ? severity == Severity.Severe : null,
            _ => false,
        });
    }

    /// <summary>Contract: the primary diagnosis decides; while none is marked primary, nothing is known.</summary>
    public static bool? PrimaryQualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        if (!HasPrimary(facts))
            return null;
        var adult = IsAdult(facts, day, adultAge);
        return Any(facts.Diagnoses?.Where(d => d.Primary == true), d => d.Class switch
        {
            DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sud => true,
            DiagnosisClass.Sed => Known.Not(adult),
            _ => false,
        });
    }

    /// <summary>Whether a diagnosis is marked primary.</summary>
    public static bool HasPrimary(AdmissionFacts facts) => facts.Diagnoses?.Any(d => d.Primary == true) == true;

    /// <summary>Whether the age is needed: a class that has an age band is recorded.</summary>
    public static bool NeedsAge(IEnumerable<Diagnosis> diagnoses) => diagnoses.Any(d => d.Class is DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sed);

    /// <summary>Classes with their severities, for reasons.</summary>
    public static IEnumerable<string> Classes(AdmissionFacts facts) =>
        facts.Diagnoses?.Select(d => d.Severity is { } severity ? $"{Codes.Of(d.Class)} {Codes.Of(severity)}" : Codes.Of(d.Class)) ?? [];

    private static bool? IsAdult(AdmissionFacts facts, DateOnly day, int adultAge) =>
        facts.BirthDate is { } birth ? Days.YearsAfter(birth, adultAge) <= day : null;

    private static bool? Any(IEnumerable<Diagnosis>? diagnoses, Func<Diagnosis, bool?> counts) =>
        diagnoses is null ? null : Known.Any([.. diagnoses.Select(counts)]);
}
