namespace Ips.X12;

/// <summary>What a file says about one claim, segment by segment as it stands in the file, with the envelopes and levels around it and nothing about other people.</summary>
public static class ClaimExcerpt
{
    /// <summary>The segments of a file that are about a claim; empty when none is. Counts and sums of the file (SE01, BPR02) are those of the whole file.</summary>
    /// <param name="file">An 837P, 999, 277CA or 835.</param>
    /// <param name="claim">Our claim number.</param>
    /// <param name="payerClaim">The payer's number; empty while there is none.</param>
    public static byte[] Of(Stream file, string claim, string payerClaim)
    {
        using SegmentReader reader = new(file, new());
        Excerpt excerpt = new(claim, payerClaim);
        while (reader.Read())
            excerpt.Add(reader.Current);
        return excerpt.Done();
    }

    private sealed class Excerpt(string claim, string payerClaim)
    {
        private readonly List<byte> shown = [];
        private readonly List<byte[]>[] levels = [[], [], [], []];
        private List<byte[]> block = [];
        private string set = "";
        private int level = -1;
        private bool inBlock;
        private bool isOurs;
        private bool found;

        public void Add(in Segment segment)
        {
            switch (segment.IdText)
            {
                case "ISA" or "GS" or "GE" or "IEA" or "TA1":
                    Keep(BytesOf(segment));
                    break;
                case "ST":
                    (set, level, inBlock) = (segment.Text(1), -1, false);
                    Keep(BytesOf(segment));
                    break;
                case "SE":
                    CloseBlock();
                    set = "";
                    Keep(BytesOf(segment));
                    break;
                default:
                    AddToSet(segment);
                    break;
            }
        }

        public byte[] Done()
        {
            CloseBlock();
            return found ? [.. shown] : [];
        }

        private void AddToSet(in Segment segment)
        {
            switch (set)
            {
                case "837" or "277" when segment.Is("HL"u8):
                    OpenLevel(segment);
                    break;
                case "837" when segment.Is("CLM"u8):
                    OpenBlock(segment.Text(1) == claim);
                    break;
                case "835" when segment.Is("CLP"u8):
                    OpenBlock(segment.Text(1) == claim || (payerClaim.Length > 0 && segment.Text(7) == payerClaim));
                    break;
                case "835" when segment.IdText is "LX" or "TS3" or "TS2":
                    CloseBlock();
                    break;
                case "835" when segment.Is("PLB"u8):
                    CloseBlock();
                    OpenBlock(Names(segment));
                    break;
                case "999" when segment.Is("IK3"u8):
                    OpenBlock(ours: true);
                    break;
                case "999" when segment.IdText is "IK5" or "AK2" or "AK9":
                    CloseBlock();
                    break;
                case "999" when segment.Is("CTX"u8) && segment.Component(1, 1).SequenceEqual("CLM01"u8):
                    isOurs = (segment.TextOrNull(2) ?? segment.Text(1, 2)) == claim;
                    break;
                case "277" when inBlock && segment.Is("TRN"u8) && segment.Is(1, "2"u8):
                    isOurs |= segment.Text(2) == claim;
                    break;
            }

            if (inBlock)
                block.Add(BytesOf(segment));
            else if (level >= 0)
                levels[level].Add(BytesOf(segment));
            else if (!(set == "835" && segment.IdText is "LX" or "TS3" or "TS2"))
                Keep(BytesOf(segment));
        }

        private void OpenLevel(in Segment hl)
        {
            CloseBlock();
            level = hl.Text(3) switch
            {
                "20" => 0,
                "21" or "22" => 1,
                "19" or "23" => 2,
                _ => 3,
            };
            foreach (var below in levels.AsSpan(level))
                below.Clear();
            if (level == 3)
                OpenBlock(ours: false);
        }

        private void OpenBlock(bool ours)
        {
            CloseBlock();
            (inBlock, isOurs) = (true, ours);
        }

        private void CloseBlock()
        {
            if (inBlock && isOurs)
            {
                found |= set != "999";
                // A level is shown once, above its first claim.
                foreach (var above in levels)
                {
                    above.ForEach(Keep);
                    above.Clear();
                }

                block.ForEach(Keep);
            }

            found |= set == "999";
            (inBlock, isOurs, block) = (false, false, []);
        }

        /// <summary>Whether a PLB refers to the claim; its other amounts are not about it.</summary>
        private bool Names(in Segment plb)
        {
            for (var i = 3; i <= plb.Count; i += 2)
            {
                if (plb.Text(i, 2) is { Length: > 0 } reference && (reference == claim || reference == payerClaim))
                    return true;
            }

            return false;
        }

        private static byte[] BytesOf(in Segment segment) => [.. segment.Bytes, segment.Separators.Segment, (byte)'\n'];

        private void Keep(byte[] segment) => shown.AddRange(segment);
    }
}
