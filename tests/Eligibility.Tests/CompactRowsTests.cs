using System.Collections.Concurrent;
using System.Text;
using Ips.Eligibility.Db;
using Ips.Testing;
using LocalServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Ips.Eligibility.Tests;

/// <summary>Decisions are small, what older versions stored is read and rewritten, and a text never changes.</summary>
[Collection("eligibility")]
public sealed class CompactRowsTests(EligibilityService service, ITestOutputHelper output)
{
    private const int Copies = 700;

    private readonly ConcurrentQueue<string> lines = [];

    [Fact]
    public async Task A_decision_takes_less_than_a_kilobyte_and_an_answer_read_later_equals_the_first()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await Poll.Until(async () =>
        {
            await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
            return await service.Count("receipt_dictionaries") > 0;
        });
        await service.Services.GetRequiredService<ReceiptDictionaries>().Store("nc-core", "admission", default);
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var read = await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, one.AsProvider);
        Assert.Equal(made, read);
        var size = (int)(await service.Scalar($"select pg_column_size(d.*) from decisions d where id = '{made.Decision.DecisionId}'"))!;
        output.WriteLine($"row {size} bytes; " + await service.Scalar(
            $"select concat_ws(' ', length(facts), length(receipt)) from decisions where id = '{made.Decision.DecisionId}'"));
        Assert.InRange(size, 1, 999);
    }

    [Fact]
    public async Task Rows_of_older_versions_are_read_and_rewritten_a_killed_run_goes_on_and_every_decision_replays()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        foreach (var program in new[] { "nc-core", "nc-state" })
            await one.Determinations.DetermineAsync(one.Determination(program), one.AsProvider);
        var authorization = await one.Requested();
        await MakeOlder(one.Name, authorization.Name);
        await Run($"""
            insert into decisions (id, provider, subject, question, program, pack_version, pack_hash, as_of, verdict, facts, receipt, receipt_sha256, recorded_at)
            select gen_random_uuid(), provider, subject, question, program, pack_version, pack_hash, as_of, verdict, facts, receipt, receipt_sha256, recorded_at
            from decisions, generate_series(1, {Copies}) where subject in ('{one.Name}', '{authorization.Name}')
            """);
        var erased = (Guid)(await service.Scalar($"select id from decisions where subject = '{one.Name}' limit 1"))!;
        await Run($"update decisions set facts = '' where id = '{erased}'");
        var before = await Texts(one.Name, authorization.Name);
        Assert.Equal(3 * (Copies + 1), before.Count);
        Assert.Equal(before.Count, await Older());

        var sizes = await Sizes();
        await using (var killed = await ChildProcess.StartAsync(Command()))
        {
            await Poll.Until(async () => !killed.IsRunning || await Older() < before.Count);
            await killed.KillAsync();
        }

        var left = await Older();
        Assert.InRange(left, 1, before.Count - 1);
        Assert.Equal(before, await Texts(one.Name, authorization.Name));
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);

        await using (var again = await ChildProcess.StartAsync(Command()))
            Assert.True(await again.Exited == 0, string.Join('\n', lines));
        Assert.Equal(0, await Older());
        var after = await Texts(one.Name, authorization.Name);
        Assert.Equal(before, after.Where(t => before.ContainsKey(t.Key)).ToDictionary());
        output.WriteLine($"killed with {left} of {before.Count} left; facts and receipts {sizes} -> {await Sizes()}");
        await service.Use<EligibilityDb>(async db =>
        {
            var replaying = service.Services.GetRequiredService<Replaying>();
            foreach (var stored in await db.Decisions.AsNoTracking().Where(d => d.Subject == one.Name || d.Subject == authorization.Name).ToListAsync())
            {
                var replay = replaying.Replay(stored);
                Assert.Equal((stored.Id == erased ? Contracts.Common.V1.ReplayOutcome.Cannot : Contracts.Common.V1.ReplayOutcome.Same), replay.Outcome);
            }
        });
    }

    [Fact]
    public async Task A_row_that_no_key_decrypts_stays_and_the_command_ends_with_one()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        await MakeOlder(one.Name);
        await Run($"update decisions set receipt = '\\x0278' || substring(receipt from 3) where id = '{made.Decision.DecisionId}'");
        await service.Use<CompactRows>(async command => Assert.Equal(1, await command.Run(default)));
        await Run($"update decisions set receipt = '\\x026b' || substring(receipt from 3) where id = '{made.Decision.DecisionId}'");
        await service.Use<CompactRows>(async command => Assert.Equal(0, await command.Run(default)));
        Assert.Equal(made, await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, one.AsProvider));
    }

    [Fact]
    public async Task A_dictionary_is_read_by_a_process_that_did_not_write_it_and_a_changed_one_is_reported()
    {
        var (written, protector) = (service.Services.GetRequiredService<ReceiptDictionaries>(), service.Services.GetRequiredService<PersonalDataProtector>());
        var dictionary = await written.Store("nc-state", "service-order", default);
        var stored = new CompactTexts(written, protector).Write("""{"decision":"service-order","program":"nc-state"}"""u8, dictionary);
        Assert.Equal("""{"decision":"service-order","program":"nc-state"}""", new CompactTexts(Other(), protector).Read(stored));

        await Run($"update receipt_dictionaries set text = text || ' ' where id = {dictionary.Id}");
        Assert.Contains("was changed", Assert.Throws<InvalidDataException>(() => new CompactTexts(Other(), protector).Read(stored)).Message);
        Assert.Equal(0, (await Other().Store("nc-state", "service-order", default)).Id);
        await Run($"update receipt_dictionaries set text = left(text, -1) where id = {dictionary.Id}");
        Assert.Equal(dictionary.Id, (await Other().Store("nc-state", "service-order", default)).Id);

        ReceiptDictionaries Other() => ActivatorUtilities.CreateInstance<ReceiptDictionaries>(service.Services);
    }

    [Fact]
    public async Task Any_text_is_read_as_it_was_written_on_many_threads_with_and_without_keys_and_a_changed_byte_is_noticed()
    {
        var dictionaries = service.Services.GetRequiredService<ReceiptDictionaries>();
        var protector = service.Services.GetRequiredService<PersonalDataProtector>();
        ReceiptDictionary[] with = [ReceiptDictionary.None, await dictionaries.Store("nc-core", "admission", default)];
        CompactTexts[] forms = [new(dictionaries, protector), new(dictionaries)];
        Parallel.For(0, 2000, i =>
        {
            Random random = new(i);
            var text = "{" + string.Concat(Enumerable.Range(0, random.Next(0, 900)).Select(_ => random.Next(3) == 0
                ? with[1].Text.Substring(random.Next(with[1].Text.Length - 40), random.Next(40)) : ((char)random.Next(1, 0xD000)).ToString()));
            var texts = forms[i % 2];
            var stored = texts.Write(Encoding.UTF8.GetBytes(text), with[random.Next(2)]);
            Assert.Equal(text, texts.Read(stored));
            if (i % 2 == 1)
                return;
            stored[random.Next(stored.Length)] ^= (byte)random.Next(1, 256);
            Assert.NotNull(Record.Exception(() => texts.Read(stored)));
        });
    }

    /// <summary>Stores the rows as older versions did: most as encrypted JSON, one in four as JSON.</summary>
    private async Task MakeOlder(params string[] subjects)
    {
        var protector = service.Services.GetRequiredService<PersonalDataProtector>();
        List<StoredDecision> rows = [];
        await service.Use<EligibilityDb>(async db => rows = await db.Decisions.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync());
        await using NpgsqlConnection connection = new(service.ConnectionString);
        await connection.OpenAsync();
        foreach (var (i, row) in rows.Index())
        {
            await using NpgsqlCommand update = new("update decisions set facts = $2, receipt = $3 where id = $1", connection);
            update.Parameters.Add(new() { Value = row.Id });
            foreach (var text in new[] { row.ReadFacts(), row.ReadReceipt() })
                update.Parameters.Add(new() { Value = i % 4 == 3 ? Encoding.UTF8.GetBytes(text) : protector.Protect(text) });
            await update.ExecuteNonQueryAsync();
        }
    }

    private Task<long> Older() => service.Count($"decisions where {CompactTexts.IsOlder("facts")} or {CompactTexts.IsOlder("receipt")}");

    private Task<object?> Sizes() => service.Scalar("select sum(length(facts) + length(receipt)) from decisions");

    private async Task<Dictionary<Guid, (string, string)>> Texts(params string[] subjects)
    {
        Dictionary<Guid, (string, string)> texts = [];
        await service.Use<EligibilityDb>(async db => texts = (await db.Decisions.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync())
            .ToDictionary(d => d.Id, d => (d.ReadFacts(), d.ReadReceipt())));
        return texts;
    }

    /// <summary>The command in a process of its own, with the settings of the service.</summary>
    private ChildStart Command() => new("dotnet",
    [
        typeof(EligibilityDb).Assembly.Location, "compact-rows",
        .. service.Services.GetRequiredService<IConfiguration>().AsEnumerable()
            .Where(s => s.Key.Split(':')[0] is "ConnectionStrings" or "PersonalData" or "Authentication")
            .Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}"),
    ])
    {
        WorkingDirectory = Path.GetDirectoryName(typeof(EligibilityDb).Assembly.Location),
        OnLine = lines.Enqueue,
    };

    private async Task Run(string sql) => await service.Scalar(sql);
}
