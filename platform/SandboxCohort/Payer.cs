using System.Globalization;
using System.Text;
using Ips.Contracts.Eligibility.V1;
using Ips.X12;

namespace Ips.SandboxCohort;

/// <summary>
/// A payer: twice a week it decides the requests that wait for it, and it answers a file of claims as a gateway and a payer do, with a 999, a 277CA and an 835.
/// </summary>
internal sealed class Payer(Cohort cohort, string code)
{
    /// <summary>An invented NPI of the cohort's agencies; its check digit is right.</summary>
    public const string AgencyNpi = "1234567893";

    /// <summary>An invented NPI of the cohort's staff.</summary>
    public const string SpecialistNpi = "1999999984";

    private int traces;

    public static string SubmitterOf(ProgramCast program) => program.Provider.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    public static string ReceiverOf(ProgramCast program) => $"{program.Payer.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()}{program.UsState}";

    public static string IdOf(ProgramCast program) => $"{program.Payer.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()}1";

    public static string NameOf(ProgramCast program) => program.Payer.Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Decides on Tuesdays and Fridays what waits; no one waits longer than four days.</summary>
    public async Task Live()
    {
        var desk = cohort.Desk("mco", code, $"payer {code}");
        for (var day = cohort.Calendar.First; ; day = day.AddDays(1))
        {
            if (day.DayOfWeek is not (DayOfWeek.Tuesday or DayOfWeek.Friday))
                continue;
            await cohort.Calendar.Until(day, Hour.Answers);
            foreach (var waiting in (await desk.Authorizations.ListAuthorizationsAsync(
                new() { State = AuthorizationState.UnderReview, PageSize = 200 })).Authorizations.OrderBy(waiting => waiting.Name, StringComparer.Ordinal))
                await Decide(desk, waiting);
        }
    }

    /// <summary>The gateway took the file in, and the payer every claim.</summary>
    public static IEnumerable<string> Taken(ProgramCast program, ProfessionalClaims file, DateOnly day)
    {
        yield return File(program, "FA", "005010X231A1", "999", day,
            [$"AK1*HC*{file.Envelope.Group!.Control}*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1"]);
        var total = file.Claims.Sum(claim => claim.StatedCharge ?? claim.Charge);
        var number = 3;
        yield return File(program, "HN", "005010X214", "277", day,
        [
            $"BHT*0085*08*{file.Batch.Reference}*{day.X12()}*0915*TH", "HL*1**20*1", $"NM1*PR*2*{NameOf(program)}*****PI*{IdOf(program)}", $"TRN*1*{file.Batch.Reference}",
            $"DTP*050*D8*{day.X12()}", $"DTP*009*D8*{day.X12()}", "HL*2*1*21*1", $"NM1*41*2*AGENCY*****46*{SubmitterOf(program)}", $"TRN*2*{file.Batch.Reference}",
            FormattableString.Invariant($"STC*A1:19:PR*{day.X12()}*WQ*{total:0.##}"), "HL*3*2*19*1", $"NM1*85*2*AGENCY*****XX*{AgencyNpi}", "TRN*1*0",
            FormattableString.Invariant($"STC*A1:19:PR**WQ*{total:0.##}"),
            .. file.Claims.SelectMany(claim => (string[])
            [
                string.Create(CultureInfo.InvariantCulture, $"HL*{++number}*3*PT"), $"NM1*QC*1*{claim.Subscriber.LastName}*{claim.Subscriber.FirstName}****MI*{claim.Subscriber.MemberId}",
                $"TRN*2*{claim.Claim}", FormattableString.Invariant($"STC*A2:20:PR*{day.X12()}*WQ*{claim.StatedCharge ?? claim.Charge:0.##}"), $"REF*1K*{ClaimNumber(claim)}",
                $"DTP*472*D8*{claim.Lines[0].Service.From.X12()}",
            ]),
        ]);
    }

    /// <summary>What the payer pays, and takes back when it looks again.</summary>
    public (string File, string Trace, decimal Paid) Decided(ProgramCast program, IReadOnlyList<ProfessionalClaim> claims, IReadOnlyList<ProfessionalClaim> takenBack, DateOnly day)
    {
        var trace = string.Create(CultureInfo.InvariantCulture, $"ERA{code.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()}{++traces:0000}");
        List<string> body = [];
        var paid = 0m;
        foreach (var claim in claims)
        {
            var (amount, adjustment) = Amount(claim);
            Add(claim, amount == 0 ? "4" : "1", 1, amount, adjustment);
        }

        foreach (var claim in takenBack)
            Add(claim, "22", -1, -(claim.StatedCharge ?? claim.Charge), "");
        var file = File(program, "HP", "005010X221A1", "835", day,
        [
            FormattableString.Invariant($"BPR*{(paid > 0 ? "I" : "H")}*{paid:0.00}*C*{(paid > 0 ? "ACH*CCP*01*111000012*DA*1*1512345678**01*111000012*DA*2" : "NON" + new string('*', 11))}*{day.X12()}"),
            $"TRN*1*{trace}*1512345678", $"DTM*405*{day.X12()}", $"N1*PR*{NameOf(program)}", "N3*1 SANDBOX PLAZA", "N4*DURHAM*NC*27701", "PER*BL*EDI*TE*8005551212",
            $"N1*PE*AGENCY*XX*{AgencyNpi}", "LX*1", .. body,
        ]);
        return (file, trace, paid);

        void Add(ProfessionalClaim claim, string status, int sign, decimal amount, string adjustment)
        {
            paid += amount;
            var line = claim.Lines[0];
            var charge = sign * (claim.StatedCharge ?? claim.Charge);
            body.Add(FormattableString.Invariant($"CLP*{claim.Claim}*{status}*{charge:0.##}*{amount:0.##}**MC*{ClaimNumber(claim)}*12*1"));
            body.Add($"NM1*QC*1*{claim.Subscriber.LastName}*{claim.Subscriber.FirstName}****MI*{claim.Subscriber.MemberId}");
            body.Add(FormattableString.Invariant(
                $"SVC*HC:{string.Join(':', [line.Procedure.Code, .. line.Procedure.Modifiers])}*{charge:0.##}*{amount:0.##}**{sign * line.Units:0.##}"));
            body.Add($"DTM*472*{line.Service.From.X12()}");
            if (adjustment.Length > 0)
                body.Add(adjustment);
            body.Add($"REF*6R*{line.LineControl}");
        }
    }

    private static string ClaimNumber(ProfessionalClaim claim) => $"P{claim.Claim}";

    /// <summary>What it pays for these claims.</summary>
    public static decimal Pays(IEnumerable<ProfessionalClaim> claims) => claims.Sum(claim => Amount(claim).Paid);

    // Most is paid in full; one of fifteen less, one of thirty not at all. The line's number decides, so that every load pays the same.
    private static (decimal Paid, string Adjustment) Amount(ProfessionalClaim claim)
    {
        var charge = claim.StatedCharge ?? claim.Charge;
        var lot = claim.Claim.Sum(letter => letter) + claim.Lines[0].Service.From.DayNumber;
        return (lot % 30) switch
        {
            7 => (0, FormattableString.Invariant($"CAS*CO*16*{charge:0.##}")),
            11 or 23 when charge > 10 => (charge - 10, "CAS*CO*45*10"),
            _ => (charge, ""),
        };
    }

    private static string File(ProgramCast program, string kind, string version, string set, DateOnly day, IReadOnlyList<string> body)
    {
        var control = (day.DayNumber * 10) + (set[0] - '0');
        StringBuilder file = new();
        file.Append(CultureInfo.InvariantCulture,
            $"ISA*00*          *00*          *ZZ*{ReceiverOf(program),-15}*ZZ*{SubmitterOf(program),-15}*{day.X12()[2..]}*0915*^*00501*{control:000000000}*0*T*:~");
        file.Append(CultureInfo.InvariantCulture, $"GS*{kind}*{ReceiverOf(program)}*{SubmitterOf(program)}*{day.X12()}*0915*1*X*{version}~");
        file.Append(CultureInfo.InvariantCulture, $"ST*{set}*0001{(set == "835" ? "" : $"*{version}")}~");
        foreach (var segment in body)
            file.Append(segment).Append('~');
        file.Append(CultureInfo.InvariantCulture, $"SE*{body.Count + 2}*0001~GE*1*1~IEA*1*{control:000000000}~");
        return file.ToString();
    }

    private static async Task Decide(Desk desk, Authorization waiting)
    {
        await desk.Authorizations.DecideAuthorizationAsync(new()
        {
            Name = waiting.Name,
            Etag = waiting.Etag,
            Outcome = AuthorizationOutcome.Approve,
            OverrideReason = "Seen by the reviewer of the sandbox",
        });
    }
}
