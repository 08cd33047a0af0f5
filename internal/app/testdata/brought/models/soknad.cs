public class Soknad { }
