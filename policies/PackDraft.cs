namespace Ips.Policies;

/// <summary>A pack as read from its files, before the packs are checked against each other.</summary>
internal sealed record PackDraft(PackHeader Header, IReadOnlyList<RuleEntry> Rules, BusinessCalendar? Calendar, IReadOnlyDictionary<RuleId,
    (string File, long Line)> Places)
{
    public static PackDraft? Read(string id, IReadOnlyDictionary<string, string> files, List<PackProblem> problems)
    {
        var headerFile = $"{id}/pack.yaml";
        if (!files.TryGetValue(headerFile, out var text))
        {
            problems.Add(new(headerFile, 1, "the file is missing", "write the pack's id, title, version and sources there"));
            return null;
        }

        if (PackNode.Parse(headerFile, text, problems) is not { } node)
            return null;
        var header = ReadHeader(id, node);
        List<RuleEntry> rules = [];
        Dictionary<RuleId, (string, long)> places = [];
        foreach (var (path, content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var parts = path.Split('/');
            if (parts.Length != 2 || parts[0] != id || parts[1] == "pack.yaml" || PackNode.Parse(path, content, problems) is not { } topic)
                continue;
            foreach (var entry in topic.Maps("rules"))
            {
                var rule = ReadRule(entry, header, Path.GetFileNameWithoutExtension(parts[1]));
                entry.RefuseUnknown();
                if (places.TryAdd(rule.Id, (path, entry.Line)))
                    rules.Add(rule);
                else
                    entry.Problem($"{rule.Id} has two entries", $"keep one entry; the other is at {places[rule.Id].Item1}:{places[rule.Id].Item2}");
            }

            topic.RefuseUnknown();
        }

        return new(header, rules, ReadCalendar(id, files, problems), places);
    }

    private static PackHeader ReadHeader(string id, PackNode node)
    {
        var sources = node.Map("sources");
        PackHeader header = new(
            node.RequiredText("id", "the folder's name"),
            node.RequiredText("title", "the program in words"),
            node.RequiredText("version", "the version of this encoding, such as 2026.1"),
            !node.Flag("lends_only"),
            node.Day("in_force_from") ?? Missing(node, "in_force_from"),
            node.Map("before") is { } before ? ReadBefore(before) : null,
            node.Text("extends"),
            node.Day("extends_from"),
            node.Text("without_parent") is { } rule ? RuleId.Of(rule) : null,
            node.RequiredText("time_zone", "an IANA zone such as America/New_York"),
            node.Map("jurisdiction") is { } jurisdiction ? ReadJurisdiction(jurisdiction) : null,
            node.Texts("decisions"),
            node.RequiredText("steward", "who answers for the policy"),
            sources?.Keys.ToDictionary(k => k, k => ReadSource(sources, k), StringComparer.Ordinal) ?? []);
        node.RefuseUnknown();
        if (header.Id != id)
            node.Problem($"id is '{header.Id}'", $"write id: {id}, the name of the folder");
        if (header.Sources.Count == 0)
            node.Problem("'sources' is missing", "write sources: with a key and a title for every document that is cited");
        return header;
    }

    /// <summary>A title, or a title with its dates.</summary>
    private static PackSource ReadSource(PackNode sources, string key)
    {
        if (!sources.IsMap(key))
            return new(sources.Text(key) ?? "", null, null);
        var node = sources.Map(key)!;
        PackSource source = new(node.RequiredText("title", "the document's title, with its date"), node.Day("from"), node.Day("review_by"));
        node.RefuseUnknown();
        return source;
    }

    private static EarlierDays ReadBefore(PackNode node)
    {
        EarlierDays before = new(RuleId.Of(node.RequiredText("rule", "the rule that answers for earlier days")),
            ReadVerdict(node, "verdict") ?? Verdict.NeedsReview);
        node.RefuseUnknown();
        return before;
    }

    private static PackJurisdiction ReadJurisdiction(PackNode node)
    {
        PackJurisdiction jurisdiction = new(
            node.RequiredText("state", "the state, such as NC"),
            node.RequiredText("state_agency", "the code of the organization that reads the program's numbers"),
            node.RequiredText("vr_agency", "the code of the vocational rehabilitation agency"),
            node.Texts("payer_kinds"));
        if (jurisdiction.State is not "" and not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            node.Problem($"state is '{jurisdiction.State}'", "write two capital letters, such as NC");
        if (jurisdiction.PayerKinds.Count == 0 || jurisdiction.PayerKinds.Except(PackJurisdiction.KindsOfPayer, StringComparer.Ordinal).Any())
            node.Problem($"payer_kinds is [{string.Join(", ", jurisdiction.PayerKinds)}]",
                "write payer_kinds: one or more of " + string.Join(", ", PackJurisdiction.KindsOfPayer));
        node.RefuseUnknown();
        return jurisdiction;
    }

    private static Verdict? ReadVerdict(PackNode node, string key) =>
        node.OneOf(key, Enum.GetNames<Verdict>()) is { } text ? Enum.Parse<Verdict>(text) : null;

    private static RuleEntry ReadRule(PackNode node, PackHeader pack, string topic) => new()
    {
        Id = RuleId.Of(node.RequiredText("id", "the catalogue id")),
        Pack = pack.Id,
        Topic = topic,
        Line = node.Line,
        Service = node.OneOf("service", ["Eligibility", "Staffing", "Fidelity", "Billing", "Reporting"]) ?? node.RequiredText("service",
            "the service that answers for it"),
        Kind = node.Choice<RuleKind>("kind") ?? ReadKind(node),
        Says = node.RequiredText("says", "the rule in one line of our own"),
        Citation = ReadCitation(node, pack),
        Places = node.IsMap("at") ? node.Map("at")!.AllTexts() : new Dictionary<string, string>(StringComparer.Ordinal),
        From = node.Day("from") ?? FirstDay(node, pack),
        Through = node.Day("through"),
        Boundary = node.Text("boundary"),
        Reading = node.Text("reading"),
        Alternative = node.Text("alternative"),
        NeedsConfirmation = node.Flag("needs_confirmation"),
        In = node.Texts("in"),
        HeldBy = node.Text("held_by"),
        Clock = node.OneOf("clock", PackReader.Clocks),
        DecidedBy = node.Text("decided_by"),
        UsedBy = [.. node.Texts("used_by").Select(RuleId.Of)],
        Condition = node.Text("condition") is { } condition ? RuleId.Of(condition) : null,
        Duties = node.Choices<RuleDuty>("duties"),
        Always = ReadVerdict(node, "always"),
        Parameters = [.. node.NamedMaps("parameters").Select(p => ReadParameter(p.Key, p.Node, pack, node))],
    };

    private static RuleKind ReadKind(PackNode node)
    {
        if (!node.Has("kind"))
            node.RequiredText("kind", "one of " + string.Join(", ", Codes.All<RuleKind>()));
        return RuleKind.Reference;
    }

    private static ParameterEntry ReadParameter(string name, PackNode node, PackHeader pack, PackNode rule)
    {
        var unit = node.OneOf("unit", PackReader.Units);
        if (unit is null && !node.Has("unit"))
            node.Problem($"parameter '{name}' has no unit", "write unit: one of " + string.Join(", ", PackReader.Units));
        var values = node.Maps("values").Select(v =>
        {
            var value = v.Value("value", unit ?? "choice");
            var citation = v.Map("cite") is { } cite ? ReadCite(cite, rule, pack) : ReadCitation(rule, pack);
            Dated<object> dated = new(v.Day("from"), v.Day("through"), value ?? "", citation);
            v.RefuseUnknown();
            return dated;
        }).ToList();
        if (values.Count == 0)
            node.Problem($"parameter '{name}' has no values", "write values: [{ from: YYYY-MM-DD, value: ... }]");
        ParameterEntry entry = new(name, unit ?? "", node.Text("picked_by") ?? "as_of", node.Text("alternative"), values);
        node.RefuseUnknown();
        PackChecks.Timeline(entry, node);
        return entry;
    }

    private static Citation ReadCitation(PackNode node, PackHeader pack) =>
        new(Source(node, node.Text("source"), pack), node.IsMap("at") ? string.Join("; ", node.Map("at")!.AllTexts().Select(p => $"{p.Value} ({p.Key})"))
            : node.RequiredText("at", "the section of the document"), node.Texts("law") is { Count: > 0 } laws ? string.Join("; ", laws) : null);

    private static Citation ReadCite(PackNode node, PackNode rule, PackHeader pack)
    {
        var reading = node.Text("source") == "reading";
        Citation cite = new(reading ? Citation.Reading : Source(node, node.Text("source"), pack),
            node.RequiredText("at", reading ? "what the text prints instead" : "the section of the document"));
        node.RefuseUnknown();
        if (reading && !rule.Has("reading"))
            node.Problem("a value rests on the reading, and the rule has none", "write reading: and alternative: in the entry");
        return cite;
    }

    /// <summary>A document that is younger than the pack begins later.</summary>
    private static DateOnly FirstDay(PackNode node, PackHeader pack) =>
        pack.Sources.GetValueOrDefault(node.Text("source") ?? "")?.From is { } from && from > pack.InForceFrom ? from : pack.InForceFrom;

    private static string Source(PackNode node, string? key, PackHeader pack)
    {
        if (key is null)
            return pack.Sources.Values.FirstOrDefault()?.Title ?? "";
        if (pack.Sources.TryGetValue(key, out var source))
            return source.Title;
        node.Problem($"source '{key}' is not in pack.yaml", "write one of " + string.Join(", ", pack.Sources.Keys));
        return "";
    }

    private static DateOnly Missing(PackNode node, string key)
    {
        if (!node.Has(key))
            node.RequiredText(key, "YYYY-MM-DD");
        return DateOnly.MinValue;
    }

    private static BusinessCalendar? ReadCalendar(string id, IReadOnlyDictionary<string, string> files, List<PackProblem> problems)
    {
        List<int> years = [];
        List<DateOnly> holidays = [];
        var name = "";
        foreach (var (path, text) in files.OrderBy(f => f.Key, StringComparer.Ordinal)
            .Where(f => f.Key.StartsWith($"{id}/calendars/", StringComparison.Ordinal)))
        {
            if (PackNode.Parse(path, text, problems) is not { } node)
                continue;
            name = node.RequiredText("calendar", "whose closing days these are");
            if (!int.TryParse(node.RequiredText("year", "the year that the file lists in full"), out var year))
                node.Problem("'year' is no year", "write year: YYYY");
            years.Add(year);
            foreach (var day in node.Maps("holidays"))
            {
                if (day.Day("day") is not { } holiday || holiday.Year != year)
                    day.Problem($"the holiday lies outside {year}", $"write day: {year}-MM-DD");
                else
                    holidays.Add(holiday);
                day.RequiredText("name", "the holiday's name");
                day.OneOf("status", ["verified", "general-knowledge"]);
                if (!day.Has("status"))
                    day.Problem("'status' is missing", "write status: verified or general-knowledge");
                day.RefuseUnknown();
            }

            node.Text("basis");
            node.RefuseUnknown();
        }

        if (years.Count == 0)
            return null;
        years.Sort();
        if (years[^1] - years[0] + 1 != years.Count)
            problems.Add(new($"{id}/calendars", 1, $"the years {string.Join(", ", years)} have a gap or are listed twice",
                "write one file a year without a gap"));
        return new(name, years[0], years[^1], holidays);
    }
}
