using System.Globalization;

namespace Ips.X12;

/// <summary>What the segments of a professional claim require of each other (level 4), its sums (3), its codes (5) and its payer's profile (7).</summary>
internal sealed class ClaimRules(Findings findings, CompanionProfile? profile)
{
    private static readonly DateOnly Icd10 = new(2015, 10, 1);
    private const int ClaimsRemembered = 200_000;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> controls = new(StringComparer.Ordinal);

    public void Check(ProfessionalClaim claim, ClaimBatch batch, ClaimPlaces places)
    {
        CheckSums(claim, places);
        CheckNumbers(claim, places);
        CheckProviders(claim, places);
        CheckSubscriber(claim, places);
        CheckLines(claim, batch, places);
        CheckCodes(claim, places);
        profile?.Check(claim, batch, places, findings);
    }

    private void CheckSums(ProfessionalClaim claim, ClaimPlaces places)
    {
        if (claim.StatedCharge is { } stated && stated != claim.Charge)
            Balance(places.Of("2300", "CLM", 2), stated, claim.Charge, "sum of SV102", "Correct CLM02 or the lines.");
        foreach (var other in claim.OtherPayers.Where(o => o.Paid is not null))
        {
            var lines = claim.Lines.SelectMany(l => (l.Adjudications ?? []).Where(a => a.PayerId == other.Payer.Id)).ToList();
            var adjusted = other.Adjustments.Sum(a => a.Amount) + lines.Sum(l => l.Adjustments.Sum(a => a.Amount));
            if (other.Paid!.Value + adjusted != claim.Charge)
                Balance(places.Of("2320", "AMT", 2), other.Paid.Value, claim.Charge - adjusted,
                    "charge less the other payer's adjustments of claim and lines", "Copy payment and adjustments from its remittance.");
        }

        for (var i = 0; i < claim.Lines.Count; i++)
        {
            foreach (var decision in claim.Lines[i].Adjudications ?? [])
            {
                if (decision.Paid + decision.Adjustments.Sum(a => a.Amount) != claim.Lines[i].Charge)
                    Balance(places.Line(i, 2), decision.Paid, claim.Lines[i].Charge - decision.Adjustments.Sum(a => a.Amount),
                        "charge of the line less the other payer's adjustments", "Copy payment and adjustments from its remittance.");
            }
        }
    }

    private void CheckNumbers(ProfessionalClaim claim, ClaimPlaces places)
    {
        var at = places.Of("2300", "CLM", 1);
        if (claim.Claim.Length > 20)
            Add(SnipLevel.Guide, FindingKind.TooLong, at, $"{claim.Claim.Length} characters", "at most 20: payers return no more", "Shorten the claim number.");
        if (seen.Count < ClaimsRemembered && !seen.Add(claim.Claim))
            Add(SnipLevel.Situation, FindingKind.Situation, at, "a claim number that an earlier claim of the file has",
                "a number of its own for each claim and sending", "Give the claim another number.");
        switch (claim.Frequency)
        {
            case "7" or "8" when claim.PayerClaim is null:
                Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2300", "CLM", 5), $"frequency {claim.Frequency} without REF*F8",
                    "the payer's number of the claim to replace or void",
                    "Add REF*F8 with CLP07 of the latest remittance; a claim that the payer never took in is sent again with frequency 1.");
                break;
            case "1" when claim.PayerClaim is not null:
                Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2300", "REF*F8"), "REF*F8 with frequency 1",
                    "no payer's claim number on an original", "Use frequency 7 or 8, or remove REF*F8.");
                break;
        }

        if (claim.Payer.Order != "P" && claim.OtherPayers.Count == 0)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2000B", "SBR", 1), "a payer that is not primary, without another payer",
                "what the earlier payers decided (loop 2320)", "Add the other payers or send the claim as primary.");
    }

    private void CheckProviders(ProfessionalClaim claim, ClaimPlaces places)
    {
        var billing = claim.Billing;
        if (billing.Address is { } address)
        {
            if (IsPostBox(address.Line1) || IsPostBox(address.Line2))
                Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2010AA", "N3", 1), "a post office box", "a street address of the billing provider",
                    "Give the street here and the box as pay-to address.");
            CheckPostalCode(address, places.Of("2010AA", "N4", 3), "billing provider");
        }

        if (billing.Npi is null)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2010AA", "NM1", 9), "no NPI", "the NPI of the billing provider",
                "Add it; only providers that cannot have one leave it out.", isError: false);
        if (claim.Rendering is { Npi: not null } rendering && rendering.Npi == billing.Npi)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2310B", "NM1"), "the billing provider as rendering provider",
                "no rendering provider when it is the billing provider", "Leave loop 2310B out.");
        if (claim.Facility is { } facility)
            CheckPostalCode(facility.Address, places.Of("2310C", "N4", 3), "service facility");
    }

    private void CheckPostalCode(Address address, Position at, string whose)
    {
        if (address.PostalCode.Length is not 9 && address.State.Length == 2)
            Add(SnipLevel.Situation, FindingKind.Situation, at, $"{address.PostalCode.Length} characters", $"nine digits for the {whose}",
                "Add the last four digits.");
    }

    private void CheckSubscriber(ProfessionalClaim claim, ClaimPlaces places)
    {
        var subscriber = claim.Subscriber;
        if (subscriber.Gender.Length == 0)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2010BA", "NM1"), "no DMG", "birth date and gender of a subscriber who is the patient",
                "Add DMG.");
        if (subscriber.Address.City.Length == 0)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2010BA", "NM1"), "no address", "the address of a subscriber who is the patient",
                "Add N3 and N4.");
        if (subscriber.MemberId.Length == 0)
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2010BA", "NM1", 9), "no member id", "the member id of the subscriber", "Add it.");
    }

    private void CheckLines(ProfessionalClaim claim, ClaimBatch batch, ClaimPlaces places)
    {
        controls.Clear();
        for (var i = 0; i < claim.Lines.Count; i++)
        {
            var line = claim.Lines[i];
            foreach (var pointer in line.DiagnosisPointers.Where(p => p < 1 || p > claim.Diagnoses.Count))
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i, 7), $"diagnosis {pointer} of {claim.Diagnoses.Count}",
                    "the number of a diagnosis of the claim", "Correct the pointer.");
            if (line.LineControl.Length == 0)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i), "no REF*6R",
                    "a line control number: without it the answer cannot be matched safely", "Add REF*6R.", isError: false);
            else if (!controls.Add(line.LineControl))
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i), "the same REF*6R on two lines", "a number of its own for each line",
                    "Give the line another number.");
            if (line.Service.From < claim.Subscriber.BirthDate)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i), "a service before the birth of the subscriber", "a service that was given",
                    "Correct the birth date or the day of service.");
            if (line.DiagnosisPointers.Distinct().Count() != line.DiagnosisPointers.Count)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i, 7), "the same diagnosis pointer twice", "each diagnosis once", "Remove one.");
            if (line.Procedure.Modifiers.Distinct(StringComparer.Ordinal).Count() != line.Procedure.Modifiers.Count)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i, 1), "the same modifier twice", "each modifier once", "Remove one.");
            if (line.Charge < 0)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i, 2), "a negative charge", "0 or more: a payment is taken back with frequency 8",
                    "Correct the charge or void the claim.");
            if (batch.Created != default && line.Service.Through > DateOnly.FromDateTime(batch.Created.DateTime))
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i), "a service after the day of the file", "a service that was given",
                    "Correct the date or send the line later.");
            if (line.Units <= 0)
                Add(SnipLevel.Situation, FindingKind.Situation, places.Line(i, 4), "no units", "more than 0", "Correct the units.");
        }
    }

    private void CheckCodes(ProfessionalClaim claim, ClaimPlaces places)
    {
        for (var i = 0; i < claim.Diagnoses.Count; i++)
        {
            if (!CodeSets.IsDiagnosis(claim.Diagnoses[i]))
                Add(SnipLevel.CodeSet, FindingKind.Code, places.Of("2300", "HI", i + 1), claim.Diagnoses[i].Contains('.', StringComparison.Ordinal)
                    ? "a decimal point" : "a code without the form of ICD-10-CM", "an ICD-10-CM code without its decimal point", "Correct the diagnosis.");
        }

        if (claim.Diagnoses.Count != claim.Diagnoses.Distinct(StringComparer.Ordinal).Count())
            Add(SnipLevel.Situation, FindingKind.Situation, places.Of("2300", "HI"), "the same diagnosis twice", "each diagnosis once", "Remove one.");
        // ICD-10-CM, section I.C.20: codes of external causes are never the principal diagnosis. ICD-9 had other codes of these letters.
        if (claim.Diagnoses is [['V' or 'W' or 'X' or 'Y', ..], ..] && claim.Lines.All(l => l.Service.From >= Icd10))
            Add(SnipLevel.CodeSet, FindingKind.Code, places.Of("2300", "HI", 1), "an external cause as principal diagnosis", "the condition that is treated",
                "Put the diagnosis first.");
        if (claim.Billing.TaxNumber is { Length: > 0 } tax && (tax.Length != 9 || !tax.All(char.IsAsciiDigit)))
            Add(SnipLevel.CodeSet, FindingKind.Code, places.Of("2010AA", "REF*EI"), $"{tax.Length} characters", "nine digits of a tax number",
                "Correct the tax number.");
        for (var i = 0; i < claim.Lines.Count; i++)
        {
            foreach (var _ in claim.Lines[i].Procedure.Modifiers.Where(m => m.Length != 2 || !m.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c))))
                Add(SnipLevel.CodeSet, FindingKind.Code, places.Line(i, 1), "a modifier that is not two letters or digits", "a modifier such as U4",
                    "Correct the modifier.");
            if (claim.Lines[i].Procedure.Qualifier == "HC" && !CodeSets.IsProcedure(claim.Lines[i].Procedure.Code))
                Add(SnipLevel.CodeSet, FindingKind.Code, places.Line(i, 1), $"{claim.Lines[i].Procedure.Code.Length} characters",
                    "a HCPCS code of five characters", "Correct the procedure.");
        }
    }

    private static bool IsPostBox(string? line) => line is not null && (line.StartsWith("PO BOX", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("P.O. BOX", StringComparison.OrdinalIgnoreCase) || line.StartsWith("P O BOX", StringComparison.OrdinalIgnoreCase));

    private void Balance(Position at, decimal found, decimal expected, string rule, string fix) =>
        Add(SnipLevel.Balance, FindingKind.Balance, at, Dollars(found), $"{Dollars(expected)}, the {rule} (difference {Dollars(expected - found)})", fix);

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private void Add(SnipLevel level, FindingKind kind, Position at, string found, string expected, string fix, bool isError = true) =>
        findings.Add(new(level, kind, at, found, expected, fix) { IsError = isError });
}
