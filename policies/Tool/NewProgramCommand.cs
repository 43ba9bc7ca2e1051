using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>new-program</c>: the folder of a new program, with what is left to write.</summary>
internal static class NewProgramCommand
{
    public static Command Create()
    {
        Argument<string> id = new("id") { Description = "The folder's name, such as tn-tdmhsas: the state first." };
        Option<DateOnly> from = new("--from") { Description = "First day of the text, YYYY-MM-DD.", Required = true };
        Option<string> zone = new("--time-zone") { Description = "IANA zone whose days count, such as America/Chicago.", Required = true };
        Command command = new("new-program", "Writes pack.yaml of a new program and lists what is left to do; check names each of it until it is done.")
        {
            id, from, zone,
        };
        command.SetAction(result => Output.InCheckout(checkout => Write(checkout, result.GetValue(id)!, result.GetValue(from), result.GetValue(zone)!)));
        return command;
    }

    private static int Write(Checkout checkout, string id, DateOnly from, string zone)
    {
        if (id.Length < 4 || id[2] != '-' || !id.All(c => c is >= 'a' and <= 'z' or '-' or >= '0' and <= '9'))
            return Output.Refuse($"'{id}' is no id of a program; write the state and the agency, such as tn-tdmhsas");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return Output.Refuse($"'{zone}' is no time zone; write an IANA id such as America/Chicago");
        var folder = Path.Combine(checkout.Packs, id);
        if (Directory.Exists(folder))
            return Output.Refuse($"policies/packs/{id} exists");
        Directory.CreateDirectory(Path.Combine(folder, "rows"));
        File.WriteAllText(Path.Combine(folder, "pack.yaml"),
            $$"""
            id: {{id}}
            title: the program in words
            version: "{{from.Year}}.1"
            in_force_from: {{from:yyyy-MM-dd}}
            time_zone: {{zone}}
            jurisdiction: { state: {{id[..2].ToUpperInvariant()}}, state_agency: {{id}}, vr_agency: {{id[..2]}}-vr, payer_kinds: [payer] }
            steward: the office that owns the policy
            decisions: []
            sources:
              policy: The document, with its date

            """);
        Console.WriteLine(
            $"""
            policies/packs/{id}/pack.yaml is written: correct title, steward, agencies and sources. Then
              1. write an entry for each rule in a topic file beside it, such as eligibility.yaml, and its id into policies/catalogue-ids.txt
              2. add the decisions that the rules answer to decisions: in pack.yaml
              3. give a rule the condition: of another program's rule, or evaluate it in C#
              4. give duties: to the rules that services use: {string.Join(", ", Codes.All<RuleDuty>())}
              5. write rows in rows/*.rows.yaml
              6. run check until it finds no problem, then docs docs/programs, and release
            """);
        return 0;
    }
}
